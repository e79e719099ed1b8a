-- Accounts of limits: the arithmetic of guard.Log, in the microseconds of this server's clock.
--
-- An account is a string:
--   <used> <last> <longest> <until>
--   <id> <at> <cost> <charges>
--   …
-- used is the units of all its grants, last the moment of the last one, longest the longest window, until when the key
-- expires. The grants follow, the oldest first. Those that the longest window has left behind stay until somebody has to
-- look: who is refused causes no write.
--
-- An account of more than MANY bytes has its grants in a sorted set beside it, and its string goes on with counters,
--   <used> <last> <longest> <until> many <tidied> <window> <used> <from> …
-- of the units granted later than from, so that each grant is looked at once for each window that it leaves. tidied is when
-- grants that the longest window has left behind were last cleared away, and others merged. In the set
-- moments are positive, so that the grants of a stretch of time are a range of scores, and what is counted is negative:
--   at:<id>    when <id> was granted
--   cost:<id>  minus its units; absent if it is one
--   n:<id>     minus the number of its charges; absent if it is one
local MANY = 2048

-- Lua writes numbers with 14 digits; a moment has 16.
local function digits(number)
  return string.format('%d', number)
end

-- Where the set of an account lies: on the same server of a cluster.
local function set_of(key)
  return (string.find(key, '^[^{]*{[^}]+}') and key or '{' .. key .. '}') .. ':many'
end

-- Reads an account; text is false where there is none.
local function load(key, text)
  text = text or '0 0 0 0\n'
  local used, last, longest, till, mark, rest = string.match(text, '^(%d+) (%d+) (%d+) (%d+)([\n ])()')
  if not used then
    error({ err = 'WRONGTYPE the key of an account holds something else' })
  end
  local log = { key = key, used = tonumber(used), last = tonumber(last), longest = tonumber(longest), till = tonumber(till) }
  if mark == '\n' then
    for id, at, cost, n in string.gmatch(string.sub(text, rest), '(%S+) (%d+) (%d+) (%d+)') do
      log[#log + 1] = { id = id, at = tonumber(at), cost = tonumber(cost), n = tonumber(n) }
    end
    return log
  end
  log.set, log.counters = set_of(key), {}
  local tidied, counters = string.match(text, '^many (%d+)(.*)$', rest)
  log.tidied = tonumber(tidied)
  for window, units, from in string.gmatch(counters, ' (%d+) (%d+) (%d+)') do
    log.counters[tonumber(window)] = { used = tonumber(units), from = tonumber(from) }
  end
  return log
end

-- The grant of an id, if it is one that the longest window has not left behind.
local function find(log, id, now, longest)
  local grant
  if log.set then
    local known = redis.call('ZMSCORE', log.set, 'at:' .. id, 'cost:' .. id, 'n:' .. id)
    grant = known[1] and { id = id, at = tonumber(known[1]), cost = -(known[2] or -1), n = -(known[3] or -1) }
  else
    for i = 1, #log do
      if log[i].id == id then
        grant = log[i]
        break
      end
    end
  end
  return grant and now - grant.at < longest and grant or nil
end

-- Iterates over the grants of a set that are later than from and not later than upto, the oldest first.
local function walk_set(log, from, upto)
  local grants, i, seen, step = {}, 0, 0, 8
  return function()
    i = i + 1
    if i > #grants and step then
      local found = redis.call('ZRANGEBYSCORE', log.set, '(' .. digits(math.max(0, from)), upto and digits(upto) or '+inf',
        'WITHSCORES', 'LIMIT', seen, step)
      local costs = {}
      grants, i = {}, 1
      for n = 1, #found, 2 do
        local id = string.sub(found[n], 4)
        grants[#grants + 1] = { id = id, at = tonumber(found[n + 1]) }
        costs[#costs + 1] = 'cost:' .. id
      end
      costs = #costs > 0 and redis.call('ZMSCORE', log.set, unpack(costs)) or costs
      for n, grant in ipairs(grants) do
        grant.cost = -(costs[n] or -1)
      end
      seen, step = seen + step, #grants == step and math.min(2 * step, 1024) or nil
    end
    return grants[i]
  end
end

local function walk(log, from, upto)
  if log.set then
    return walk_set(log, from, upto)
  end
  local i = 0
  return function()
    repeat
      i = i + 1
    until not log[i] or log[i].at > from
    return log[i] and (not upto or log[i].at <= upto) and log[i] or nil
  end
end

-- The units granted within a window.
local function used_within(log, now, window, coarse)
  local start, used = now - window, 0
  if not log.set then
    for grant in walk(log, start) do
      used = used + grant.cost
    end
    return used
  end
  local counter = log.counters[window]
  if not counter or counter.from > start then -- also if the clock was set back
    counter = { used = log.used, from = 0 }
  end
  for grant in walk(log, counter.from, start) do
    counter.used = counter.used - grant.cost
  end
  -- Merging moves grants, behind the back of a counter; there are few, too. The set itself is counted from its beginning.
  if not coarse and window < log.longest then
    counter.from = math.max(0, start)
    log.counters[window] = counter
  end
  return counter.used
end

-- How long a charge has to wait, zero if it fits; and if not, what is used, and what the limit grows by. own is the grant
-- that it adds to, growth returns what a limit with the window grows by.
local function weigh(log, now, own, cost, max, grow, window, longest, coarse, growth)
  if log.set and log.used + cost <= max then
    return 0
  end
  local used = used_within(log, now, window, coarse)
  if own and own.at <= now - window then
    used = used + own.cost
  end
  if used + cost <= max then
    return 0
  end
  local base, ceiling = 0, max
  if grow > 0 then
    base = growth(window)
    ceiling = math.max(max, math.min(math.floor(grow * base / 100), 1000000000))
  end
  local over = used + cost - ceiling
  if over <= 0 then
    return 0
  end
  if cost > ceiling then
    return window, used, base
  end
  -- The oldest grants leave the window first; the wait is for the one whose going makes room. The earlier charge of the
  -- same id moves with this one, and makes room only when it is forgotten.
  local forgotten = own and own.at + longest
  for grant in walk(log, now - window) do
    local leaves = grant.at + window
    if forgotten and forgotten <= leaves then
      over, forgotten, leaves = over - own.cost, nil, forgotten
    end
    if over > 0 and not (own and grant.id == own.id) then
      over, leaves = over - grant.cost, grant.at + window
    end
    if over <= 0 then
      return leaves - now, used, base
    end
  end
  return (forgotten or now + window) - now, used, base
end
