export { openPorts, type PortsOptions } from './open-ports';
export { PortsModule } from './ports.module';
export type { OptionalPort, Ports } from './ports';
export {
  runService,
  startFailure,
  startService,
  type RunningService,
  type ServiceContext,
  type ServiceDefinition,
} from './service';
export { openRecordLog } from './open-record-log';
export { tlsOptions } from './open-postgres';
