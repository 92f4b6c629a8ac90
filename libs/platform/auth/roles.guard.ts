import { CanActivate, ExecutionContext, ForbiddenException, Injectable, Logger } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ACCESS, type Access } from './access';

/** Lets a request through to a route that says who may use it; a route that does not say is closed to everyone. */
@Injectable()
export class RolesGuard implements CanActivate {
  private readonly logger = new Logger(RolesGuard.name);

  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access === 'public') return true;
    if (access === undefined) {
      const route = `${context.getClass().name}.${context.getHandler().name}`;
      this.logger.error(`${route} says neither @Roles(...) nor @Public(): it is refused to everyone.`);
      throw new ForbiddenException({
        code: 'route-without-roles',
        message: 'This route does not say who may use it, so nobody may.',
      });
    }
    const { identity } = context.switchToHttp().getRequest<FastifyRequest>();
    if (identity?.roles.some((role) => access.includes(role))) return true;
    throw new ForbiddenException({
      code: 'role-missing',
      message: `This asks for the role ${access.join(' or ')}.`,
      roles: access,
    });
  }
}
