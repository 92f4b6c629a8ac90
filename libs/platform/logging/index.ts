export { createLogger, type LoggerOptions } from './logger';
export { LoggingModule } from './logging.module';
