import { ForbiddenException, Logger, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Public, Roles } from './access';
import type { Identity, Role } from './identity';
import { RolesGuard } from './roles.guard';

class Routes {
  @Roles('supervisor', 'auditor')
  supervised() {
    return null;
  }
  @Public()
  open() {
    return null;
  }
  forgotten() {
    return null;
  }
}

@Roles('operator')
class OperatorRoutes {
  inherited() {
    return null;
  }
  @Roles('auditor')
  own() {
    return null;
  }
}

const as = (...roles: Role[]): Identity => ({ subject: 'someone', roles });

/** What the guard says to a request of this identity to this route. */
function asked(identity: Identity | null, type: new () => object, handler: () => unknown): true | object {
  const context = {
    getHandler: () => handler,
    getClass: () => type,
    switchToHttp: () => ({ getRequest: () => ({ identity }) }),
  } as unknown as ExecutionContext;
  try {
    new RolesGuard(new Reflector()).canActivate(context);
    return true;
  } catch (error) {
    if (error instanceof ForbiddenException) return error.getResponse() as object;
    throw error;
  }
}

describe('RolesGuard', () => {
  const { supervised, open, forgotten } = Routes.prototype;
  const { inherited, own } = OperatorRoutes.prototype;

  test('given one of the roles, the request goes on', () => {
    expect(asked(as('analyst', 'auditor'), Routes, supervised)).toBe(true);
  });

  test('given none of the roles, it is refused and told which it would take', () => {
    const refusal = { code: 'role-missing', roles: ['supervisor', 'auditor'] };
    expect(asked(as('analyst', 'administrator'), Routes, supervised)).toMatchObject(refusal);
    expect(asked(as(), Routes, supervised)).toMatchObject(refusal);
  });

  test('given no identity, only a public route goes on', () => {
    expect(asked(null, Routes, open)).toBe(true);
    expect(asked(null, Routes, supervised)).toMatchObject({ code: 'role-missing' });
  });

  test('given roles on the controller, they hold for its routes, and those on a route take their place', () => {
    expect(asked(as('operator'), OperatorRoutes, inherited)).toBe(true);
    expect(asked(as('auditor'), OperatorRoutes, inherited)).toMatchObject({ code: 'role-missing' });
    expect(asked(as('operator'), OperatorRoutes, own)).toMatchObject({ code: 'role-missing' });
  });

  test('given a route that says nothing, it is refused to everyone, and logged', () => {
    const error = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    expect(asked(as('administrator', 'supervisor'), Routes, forgotten)).toMatchObject({ code: 'route-without-roles' });
    expect(error).toHaveBeenCalledWith(expect.stringContaining('Routes.forgotten'));
  });
});
