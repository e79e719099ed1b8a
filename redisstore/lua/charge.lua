-- What changes accounts.
local RECENT = 900000000 -- charges younger than this are never merged

-- Adds units to those of a grant at a moment.
local function count(log, at, units)
  log.used = log.used + units
  for _, counter in pairs(log.counters or {}) do
    if at > counter.from then
      counter.used = counter.used + units
    end
  end
end

local function place_of(log, id)
  for i = 1, #log do
    if log[i].id == id then
      return i
    end
  end
end

-- Takes a grant away.
local function take(log, grant)
  count(log, grant.at, -grant.cost)
  if not log.set then
    table.remove(log, place_of(log, grant.id))
    return
  end
  redis.call('ZREM', log.set, 'at:' .. grant.id, 'cost:' .. grant.id, 'n:' .. grant.id)
  if grant.at == log.last then
    log.last = math.max(0, redis.call('ZREVRANGE', log.set, 0, 0, 'WITHSCORES')[2] or 0)
  end
end

-- Puts a grant into a set.
local function write_grant(set, grant)
  redis.call('ZADD', set, digits(grant.at), 'at:' .. grant.id)
  if grant.cost > 1 then
    redis.call('ZADD', set, digits(-grant.cost), 'cost:' .. grant.id)
  end
  if grant.n > 1 then
    redis.call('ZADD', set, digits(-grant.n), 'n:' .. grant.id)
  end
end

-- Writes a grant of the set that has changed.
local function rewrite_grant(log, grant)
  redis.call('ZREM', log.set, 'cost:' .. grant.id, 'n:' .. grant.id)
  write_grant(log.set, grant)
end

-- Puts a grant after all others. A clock that was set back must not break the order.
local function push(log, now, grant)
  local last = log.set and log.last or #log > 0 and log[#log].at or 0
  grant.at = math.max(now, last)
  log.last = grant.at
  count(log, grant.at, grant.cost)
  if log.set then
    write_grant(log.set, grant)
  else
    log[#log + 1] = grant
  end
end

-- Moves a grant back to an earlier moment.
local function put_back(log, grant, at)
  take(log, grant)
  grant.at = at
  count(log, at, grant.cost)
  if log.set then
    log.last = math.max(log.last, at)
    write_grant(log.set, grant)
    return
  end
  local i = 1
  while log[i] and log[i].at <= at do
    i = i + 1
  end
  table.insert(log, i, grant)
end

local function collect(log, from, upto)
  local grants = {}
  for grant in walk(log, from, upto) do
    grants[#grants + 1] = grant
  end
  return grants
end

-- Makes one of all grants in one sixtieth of the longest window that are no longer recent. Those up to since are merged.
local function merge(log, now, since)
  local earlier = nil -- the one before, if it is merged
  for _, grant in ipairs(collect(log, since, now - RECENT - 1)) do
    if string.byte(grant.id) ~= 126 then
      local id = '~' .. digits(math.floor(grant.at / (log.longest / 60)))
      if log.set then
        redis.call('ZREM', log.set, 'at:' .. grant.id, 'cost:' .. grant.id, 'n:' .. grant.id)
        earlier = find(log, id, now, log.longest)
        rewrite_grant(log, { id = id, at = grant.at, cost = grant.cost + (earlier and earlier.cost or 0), n = 1 })
      else
        if earlier and earlier.id == id then
          grant.cost = grant.cost + earlier.cost
          table.remove(log, place_of(log, id))
        end
        grant.id, grant.n = id, 1
      end
    end
    earlier = grant
  end
end

-- The account as its string has it.
local function text_of(log)
  local parts = { log.used .. ' ' .. digits(log.last) .. ' ' .. digits(log.longest) .. ' ' .. digits(log.till) }
  if log.set then
    parts[1] = parts[1] .. ' many ' .. digits(log.tidied)
    for window, counter in pairs(log.counters) do
      parts[#parts + 1] = digits(window) .. ' ' .. counter.used .. ' ' .. digits(counter.from)
    end
    return table.concat(parts, ' ')
  end
  for i, grant in ipairs(log) do
    parts[i + 1] = grant.id .. ' ' .. digits(grant.at) .. ' ' .. grant.cost .. ' ' .. grant.n
  end
  return table.concat(parts, '\n')
end

-- Sets an account's string. ttl is how many milliseconds it lives from now on, false if that does not change. An account
-- that is new must not take the place of something that is none.
local function set(key, text, ttl, new)
  if not ttl then
    redis.call('SET', key, text, 'KEEPTTL')
  elseif not new then
    redis.call('SET', key, text, 'PX', ttl)
  elseif not redis.call('SET', key, text, 'PX', ttl, 'NX') then
    error({ err = 'WRONGTYPE the key of an account holds something else' })
  end
end

-- Until when an account with a grant at the given moment has to live, and the milliseconds of it, false if it does so
-- already. It lives a second longer, as expiry and grants are not timed by the very same reading of the clock, and if it
-- is charged again and again a while more, so that this does not change each time.
local function lifetime(now, at, longest, till)
  local need = at + longest + 1000000
  if need <= till then
    return till, false
  end
  if till > 0 then
    need = need + math.floor(longest / 8)
  end
  return need, math.ceil((need - now) / 1000)
end

-- Writes an account.
local function save(log, now)
  if log.used == 0 then
    redis.call('DEL', log.key, log.set or log.key)
    return
  end
  local new, ttl = log.till == 0, nil
  log.last = log.set and log.last or log[#log].at
  log.till, ttl = lifetime(now, log.last, log.longest, log.till)
  local text = text_of(log)
  if not log.set and #text > MANY then
    log.set, log.counters, log.tidied = set_of(log.key), {}, now
    redis.call('DEL', log.set)
    for _, grant in ipairs(log) do
      write_grant(log.set, grant)
    end
    text = text_of(log)
    ttl = math.ceil((log.till - now) / 1000)
  end
  set(log.key, text, ttl, new)
  if log.set and ttl then
    redis.call('PEXPIRE', log.set, ttl)
  end
end

-- Takes the grant of an id out of a small account where that is simple: it is neither the last one nor, if it must be
-- single, one of several charges. Returns whether it was there, or nil if it is not simple.
local function cut(key, text, id, now, single)
  local head, last, longest, till, start = string.match(text, '^(%d+) (%d+) (%d+) (%d+)()\n')
  if not head then
    return nil
  end
  local from, to = string.find(text, '\n' .. id .. ' ', start, true)
  if not from then
    return false
  end
  local at, cost, n, rest = string.match(text, '^(%d+) (%d+) (%d+)()\n', to + 1)
  if not rest or single and n ~= '1' then
    return nil
  end
  if now - at >= tonumber(longest) then
    return false
  end
  redis.call('SET', key, string.format('%d %s %s %s', head - cost, last, longest, till) ..
    string.sub(text, start, from - 1) .. string.sub(text, rest), 'KEEPTTL')
  return true
end

-- How often the set of an account is tidied.
local function tidy_every(longest)
  return math.floor(longest / 120)
end

-- Charges what was weighed. own is the grant that the id has. If it moves, returns from when to when.
local function charge(log, now, own, id, cost, adds, longest, coarse)
  log.longest = longest
  local from, upto = nil, nil
  local tidy = not log.set or math.abs(now - log.tidied) > tidy_every(longest)
  if tidy then
    for _, grant in ipairs(collect(log, 0, now - longest)) do
      take(log, grant)
    end
  elseif not own then
    -- The id may have a grant that is left behind and not cleared away: its units must not stay in the new one's place.
    local behind = find(log, id, now, math.huge)
    if behind then
      take(log, behind)
    end
  end
  if own and not adds then
    own.n = own.n + 1
    if log.set then
      rewrite_grant(log, own)
    end
  else
    if own then
      from = own.at
      take(log, own)
    end
    push(log, now, { id = id, cost = cost + (own and own.cost or 0), n = 1 + (own and own.n or 0) })
    upto = log.last
  end
  if tidy then
    if coarse then
      merge(log, now, math.max(0, math.min(now, log.tidied or 0) - RECENT - 1))
    end
    log.tidied = now
  end
  save(log, now)
  return from, upto
end
