/** What a person or system may be. */
export const roles = [
  'analyst',
  'supervisor',
  'rule-author',
  'auditor',
  'administrator',
  'operator',
  'publisher',
] as const;
export type Role = (typeof roles)[number];

/** Who makes a request. */
export interface Identity {
  /** Name by which actions are recorded. */
  readonly subject: string;
  readonly roles: readonly Role[];
}

/** The holder of the one token that an installation without sign-in has: whoever may read its data folder. */
export const localIdentity: Identity = { subject: 'local', roles };

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once the request is authenticated; null on the routes that are open to everyone. */
    identity: Identity | null;
  }
}
