import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBadRequestResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { alertExample, alertPageSchema } from '@weir/contracts';
import type { AlertPage } from '@weir/contracts';
import { Roles } from '@weir/platform/auth';
import { createZodDto } from 'nestjs-zod';
import { ApiQueryOf, queryOf } from '../query-string';
import { ListAlerts } from './list-alerts.query';
import { listAlertsRequest } from './list-alerts.request';

class AlertPageDto extends createZodDto(alertPageSchema) {}

const { hitList: _hits, nextHits: _nextHits, history: _history, nextHistory: _next, ...summaryExample } = alertExample;

/** The alert queue. */
@ApiTags('alerts')
@Controller('v1/alerts')
@Roles('analyst', 'supervisor', 'auditor')
export class ListAlertsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({
    summary: 'A page of the alert queue.',
    description: 'Ask for the next page with "next" as cursor and everything else as before.',
  })
  @ApiQueryOf(listAlertsRequest)
  @ApiOkResponse({ type: AlertPageDto, example: { alerts: [summaryExample], next: null } satisfies AlertPage })
  @ApiBadRequestResponse({ description: 'A filter, or the cursor, is wrong: `invalid-filter`, `invalid-cursor`.' })
  list(@Query() parameters: Record<string, unknown>): Promise<AlertPage> {
    return this.queries.execute(new ListAlerts(queryOf(parameters, listAlertsRequest)));
  }
}
