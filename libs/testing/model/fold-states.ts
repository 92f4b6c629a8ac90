import type { HitState } from '@weir/domain';

/** The last state of every hit, by hit id. */
export type LastStates = Map<string, HitState>;

/** Whether a state was made later in the log than another; of two topics or partitions nothing can be said. */
function newer(before: HitState, next: HitState): boolean {
  const [a, b] = [before.asOf, next.asOf];
  if (a.topic !== b.topic || a.partition !== b.partition) return true;
  return b.offset > a.offset || (b.offset === a.offset && b.step > a.step);
}

/** What a state says that a revision may change. */
function said(state: HitState | undefined): string {
  return JSON.stringify([state?.severity, state?.evidence]);
}

/** Whether a revision may show what the state before showed. */
type MayRepeat = (revised: HitState) => boolean;

function illegal(before: HitState | undefined, next: HitState, mayRepeat: MayRepeat): string | undefined {
  const was = before?.status;
  if (before !== undefined && !newer(before, next)) return 'not newer than the state before, so receivers ignore it';
  switch (next.status) {
    case 'raised':
      return was === undefined ? undefined : `raised after ${was}: a hit is raised once`;
    case 'reinstated':
      return was === 'withdrawn' ? undefined : `reinstated after ${was ?? 'nothing'}`;
    case 'withdrawn':
      return was === undefined || was === 'withdrawn' ? `withdrawn after ${was ?? 'nothing'}` : undefined;
    case 'revised':
      if (was === undefined || was === 'withdrawn') return `revised after ${was ?? 'nothing'}`;
      return !mayRepeat(next) && said(before) === said(next) ? 'revised to the same' : undefined;
  }
}

/**
 * Takes up the states that one cause made, in place. Throws where they are not a legal continuation (SEMANTICS 14): a hit
 * is raised first and once, revised (to something else) or withdrawn only while it stands, reinstated only when withdrawn,
 * each state is newer than the one before, and one cause makes at most one state of a hit.
 *
 * @param mayRepeat which hits may be revised to what they showed before; none unless said otherwise
 */
export function foldStates(last: LastStates, states: readonly HitState[], mayRepeat: MayRepeat = () => false): void {
  const touched = new Set<string>();
  for (const state of states) {
    const complaint = touched.has(state.hitId)
      ? 'a second state from one cause'
      : illegal(last.get(state.hitId), state, mayRepeat);
    if (complaint !== undefined) {
      throw new Error(`Illegal state of hit ${state.rule} v${state.version} of fact ${state.fact.id}: ${complaint}`);
    }
    touched.add(state.hitId);
    last.set(state.hitId, state);
  }
}

/** The hits that stand: those whose last state is not `withdrawn`. */
export function standingStates(last: LastStates): HitState[] {
  return [...last.values()].filter((state) => state.status !== 'withdrawn');
}
