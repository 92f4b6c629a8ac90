import { Query } from '@nestjs/cqrs';
import type { AlertPage } from '@weir/contracts';
import type { ListAlertsRequest } from './list-alerts.request';

/** A page of the alert queue. */
export class ListAlerts extends Query<AlertPage> {
  constructor(readonly request: ListAlertsRequest) {
    super();
  }
}
