export { HealthModule } from './health.module';
export { Readiness, type Check, type CheckResult, type ReadinessReport } from './readiness';
