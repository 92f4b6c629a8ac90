/**
 * The steps on one partition that must be atomic, as Lua scripts that Redis runs one at a time. All keys of a partition
 * carry `{topic/partition}` as hash tag, so in a cluster they stand on one node.
 *
 * `claim` is a hash: lineage, owner, offset, identity, progress, and how many deltas and chunks belong to it, so that a
 * list that went missing is noticed. Every script reads before it writes, and the first write is one that Redis refuses
 * when it is out of memory (except where memory is freed): a script is done as a whole or not at all.
 */

/** True where lineage, owner and offset equal what is stored; absence is failure. */
const holds = `
local function holds(claim, lineage, owner, offset)
  local stored = redis.call('HMGET', claim, 'lineage', 'owner', 'offset')
  return stored[1] == lineage and stored[2] == owner and stored[3] == offset
end
local function counted(claim, field, list)
  return redis.call('HGET', claim, field) == tostring(redis.call('LLEN', list))
end
`;

/**
 * KEYS claim, deltas, snapshot; ARGV owner, new lineage, offset to begin at, topic identity.
 * Gives {begun anew, lineage, offset, identity, number of deltas, number of chunks}.
 */
export const openScript = `${holds}
local claim, deltas, snapshot = KEYS[1], KEYS[2], KEYS[3]
local known = redis.call('HGET', claim, 'lineage')
if known and counted(claim, 'deltas', deltas) and counted(claim, 'chunks', snapshot) then
  redis.call('HSET', claim, 'owner', ARGV[1])
  local found = redis.call('HMGET', claim, 'lineage', 'offset', 'identity', 'deltas', 'chunks')
  return {0, found[1], found[2], found[3], found[4], found[5]}
end
redis.call('HSET', claim, 'lineage', ARGV[2], 'owner', ARGV[1], 'offset', ARGV[3], 'identity', ARGV[4], 'deltas', '0', 'chunks', '0')
redis.call('HDEL', claim, 'progress')
redis.call('UNLINK', deltas, snapshot)
return {1, ARGV[2], ARGV[3], ARGV[4], '0', '0'}
`;

/** KEYS claim; ARGV lineage, owner, offset. Gives 1 where the claim holds, else 0. */
export const holdsScript = `${holds}
if holds(KEYS[1], ARGV[1], ARGV[2], ARGV[3]) then return 1 end
return 0
`;

/** KEYS claim, deltas; ARGV lineage, owner, offset, delta, next offset, progress. Gives 1, or 0 where fenced. */
export const appendScript = `${holds}
local claim, deltas = KEYS[1], KEYS[2]
if not holds(claim, ARGV[1], ARGV[2], ARGV[3]) or not counted(claim, 'deltas', deltas) then return 0 end
local count = redis.call('RPUSH', deltas, ARGV[4])
redis.call('HSET', claim, 'offset', ARGV[5], 'progress', ARGV[6], 'deltas', tostring(count))
return 1
`;

/**
 * KEYS claim, deltas, snapshot, staged; ARGV lineage, owner, offset, number of chunks, progress (empty: it stays).
 * Gives 1, 0 where fenced, -1 where the staged chunks are not all there.
 */
export const snapshotScript = `${holds}
local claim, deltas, snapshot, staged = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
if not holds(claim, ARGV[1], ARGV[2], ARGV[3]) then
  redis.call('UNLINK', staged)
  return 0
end
if tostring(redis.call('LLEN', staged)) ~= ARGV[4] then return -1 end
redis.call('UNLINK', deltas, snapshot)
if ARGV[4] ~= '0' then
  redis.call('RENAME', staged, snapshot)
  redis.call('PERSIST', snapshot)
end
redis.call('HSET', claim, 'deltas', '0', 'chunks', ARGV[4])
if ARGV[5] ~= '' then redis.call('HSET', claim, 'progress', ARGV[5]) end
return 1
`;
