import { Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { RolesGuard } from './roles.guard';
import { RouteAudit } from './route-audit.service';

/** Puts the guard before every route of the application, and names at start-up the routes that it will refuse. */
@Module({
  imports: [DiscoveryModule],
  providers: [{ provide: APP_GUARD, useClass: RolesGuard }, RouteAudit],
})
export class AuthModule {}
