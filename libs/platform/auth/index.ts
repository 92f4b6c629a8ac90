export { Public, Roles, type Access } from './access';
export { AuthModule } from './auth.module';
export { authenticate, digestOf, openRoutes, type Refusal } from './bearer';
export { localIdentity, roles, type Identity, type Role } from './identity';
export { RolesGuard } from './roles.guard';
export { RouteAudit } from './route-audit.service';
