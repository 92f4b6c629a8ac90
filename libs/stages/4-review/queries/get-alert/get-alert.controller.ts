import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import {
  ApiBadRequestResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { alertExample, alertHistoryPageSchema, alertHitPageSchema, alertSchema } from '@weir/contracts';
import type { Alert, AlertHistoryPage, AlertHitPage } from '@weir/contracts';
import { Roles } from '@weir/platform/auth';
import { Problem } from '@weir/platform/http';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { maxCursorLength } from '../cursor';
import { ApiQueryOf, queryOf } from '../query-string';
import { GetAlert, ListAlertHistory, ListAlertHits } from './get-alert.query';

class AlertDto extends createZodDto(alertSchema) {}
class AlertHitPageDto extends createZodDto(alertHitPageSchema) {}
class AlertHistoryPageDto extends createZodDto(alertHistoryPageSchema) {}

const nothingRequest = z.strictObject({});
const pageRequest = z.strictObject({
  cursor: z
    .string()
    .min(1)
    .max(maxCursorLength)
    .optional()
    .describe('"nextHits" or "nextHistory" of the alert, or "next" of the page before.'),
});

/** One alert: what it is, its hits with their evidence, what happened to it. */
@ApiTags('alerts')
@ApiParam({ name: 'id', example: alertExample.id, schema: { type: 'string', pattern: '^[0-9a-f]{32}$' } })
@ApiNotFoundResponse({ description: 'There is no alert of that id: `alert-not-found`.' })
@ApiBadRequestResponse({ description: 'A parameter, or the cursor, is wrong: `invalid-filter`, `invalid-cursor`.' })
@Controller('v1/alerts/:id')
@Roles('analyst', 'supervisor', 'auditor')
export class GetAlertController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: 'An alert with its hits, their evidence, and its history.' })
  @ApiOkResponse({ type: AlertDto, example: alertExample })
  async get(@Param('id') id: string, @Query() parameters: Record<string, unknown>): Promise<Alert> {
    queryOf(parameters, nothingRequest);
    return found(id, await this.queries.execute(new GetAlert(known(id))));
  }

  @Get('hits')
  @ApiOperation({ summary: 'A page of the hits of an alert, newest fact first.' })
  @ApiQueryOf(pageRequest)
  @ApiOkResponse({ type: AlertHitPageDto, example: { hits: alertExample.hitList, next: null } satisfies AlertHitPage })
  async hits(@Param('id') id: string, @Query() parameters: Record<string, unknown>): Promise<AlertHitPage> {
    const { cursor } = queryOf(parameters, pageRequest);
    return found(id, await this.queries.execute(new ListAlertHits(known(id), cursor)));
  }

  @Get('history')
  @ApiOperation({ summary: 'A page of the history of an alert, newest first.' })
  @ApiQueryOf(pageRequest)
  @ApiOkResponse({
    type: AlertHistoryPageDto,
    example: { history: alertExample.history, next: null } satisfies AlertHistoryPage,
  })
  async history(@Param('id') id: string, @Query() parameters: Record<string, unknown>): Promise<AlertHistoryPage> {
    const { cursor } = queryOf(parameters, pageRequest);
    return found(id, await this.queries.execute(new ListAlertHistory(known(id), cursor)));
  }
}

const notFound = (id: string): Problem =>
  new Problem(404, 'alert-not-found', 'Alert not found', `There is no alert "${id.slice(0, 64)}".`);

/** What does not look like an id names no alert, and is not asked for. */
function known(id: string): string {
  if (!/^[0-9a-f]{32}$/.test(id)) throw notFound(id);
  return id;
}

function found<T>(id: string, result: T | null): T {
  if (result === null) throw notFound(id);
  return result;
}
