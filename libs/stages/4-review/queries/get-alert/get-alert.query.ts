import { Query } from '@nestjs/cqrs';
import type { Alert, AlertHistoryPage, AlertHitPage } from '@weir/contracts';

/** An alert with the first page of its hits and of its history; null where there is none of that id. */
export class GetAlert extends Query<Alert | null> {
  constructor(readonly alertId: string) {
    super();
  }
}

/** A page of the hits of an alert; null where there is no such alert. */
export class ListAlertHits extends Query<AlertHitPage | null> {
  constructor(
    readonly alertId: string,
    readonly cursor: string | undefined,
  ) {
    super();
  }
}

/** A page of the history of an alert; null where there is no such alert. */
export class ListAlertHistory extends Query<AlertHistoryPage | null> {
  constructor(
    readonly alertId: string,
    readonly cursor: string | undefined,
  ) {
    super();
  }
}
