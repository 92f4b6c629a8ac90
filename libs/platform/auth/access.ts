import { SetMetadata } from '@nestjs/common';
import type { Role } from './identity';

export const ACCESS = 'weir:access';

/** Who may use a route: holders of one of these roles, or everyone who is let in at all. */
export type Access = readonly Role[] | 'public';

/** The route (or all routes of the controller) is for holders of one of these roles. */
export const Roles = (...roles: [Role, ...Role[]]) => SetMetadata(ACCESS, roles satisfies Access);

/**
 * The route asks for no role. It still asks for the token, unless it is one of the `openRoutes`.
 */
export const Public = () => SetMetadata(ACCESS, 'public' satisfies Access);
