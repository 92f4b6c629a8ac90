import { Injectable, Logger, OnApplicationBootstrap, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { ACCESS, type Access } from './access';

/** Names at start-up every route that the guard will refuse because it does not say who may use it. */
@Injectable()
export class RouteAudit implements OnApplicationBootstrap {
  private readonly logger = new Logger(RouteAudit.name);

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onApplicationBootstrap(): void {
    for (const route of this.closedRoutes()) {
      this.logger.error(`${route} says neither @Roles(...) nor @Public(): it is refused to everyone.`);
    }
  }

  /** `METHOD path (Controller.handler)` of each route without access metadata. */
  closedRoutes(): string[] {
    return this.discovery.getControllers().flatMap(({ metatype }) => {
      if (typeof metatype !== 'function') return [];
      const prototype = metatype.prototype as Record<string, () => unknown>;
      return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
        const handler = prototype[name];
        if (handler === undefined) return [];
        const method = this.reflector.get<RequestMethod | undefined>(METHOD_METADATA, handler);
        const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [handler, metatype]);
        if (method === undefined || access !== undefined) return [];
        const path = String(this.reflector.get<unknown>(PATH_METADATA, handler));
        return [`${RequestMethod[method]} ${path} (${metatype.name}.${name})`];
      });
    });
  }
}
