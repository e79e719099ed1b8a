-- Accounts of limits: the arithmetic of guard.Log, in the microseconds of this server's clock.
--
-- An account is a sorted set. Moments are positive scores, and what is counted are negative ones, so that the grants of
-- a stretch of time are a range of scores and the last grant is the last member:
--   used       minus the units of all grants in the set
--   at:<id>    when <id> was granted
--   cost:<id>  minus the units of <id>; absent if it is one
-- Grants that the window has left behind stay, and count in used, until the next charge clears them away: who is refused
-- causes no write.

-- Lua writes numbers with 14 digits; a moment has 16.
local function digits(number)
  return string.format('%.0f', number)
end

local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end

local function cost_of(account, id)
  local cost = redis.call('ZSCORE', account, 'cost:' .. id)
  return cost and -cost or 1
end

-- Returns how long debit has to wait: zero when it fits. Sets debit.granted if its id is granted already, else debit.used
-- to what is used before it.
local function weigh(now, debit)
  local account = debit.account
  local known = redis.call('ZMSCORE', account, 'used', 'at:' .. debit.id)
  if known[2] and now - known[2] < debit.window then
    debit.granted = true
    return 0
  end
  debit.used = -(known[1] or 0)
  local used = debit.used + debit.cost
  if used <= debit.max then
    return 0
  end
  -- The oldest grants leave the window first; the wait is for the one whose going makes room. Most often it is the first.
  local seen, step = 0, 4
  while true do
    local grants = redis.call('ZRANGEBYSCORE', account, '(0', '+inf', 'WITHSCORES', 'LIMIT', seen, step)
    for i = 1, #grants, 2 do
      used = used - cost_of(account, string.sub(grants[i], 4))
      if used <= debit.max then
        return math.max(0, grants[i + 1] - now + debit.window)
      end
    end
    if #grants < 2 * step then
      return 0
    end
    seen, step = seen + step, step * 2
  end
end

-- Charges a debit that was weighed.
local function charge(now, debit)
  local account, used, at = debit.account, debit.used, now
  if used > 0 then
    for _, member in ipairs(redis.call('ZRANGEBYSCORE', account, '(0', digits(now - debit.window))) do
      local id = string.sub(member, 4)
      used = used - cost_of(account, id)
      redis.call('ZREM', account, member, 'cost:' .. id)
    end
    -- A clock that was set back must not break the order: grants count as made no earlier than the last one. If none is
    -- left, the last member is no grant, and its score is below zero.
    at = math.max(now, redis.call('ZREVRANGE', account, 0, 0, 'WITHSCORES')[2])
  end
  redis.call('ZADD', account, digits(-used - debit.cost), 'used', digits(at), 'at:' .. debit.id)
  if debit.cost ~= 1 then
    redis.call('ZADD', account, digits(-debit.cost), 'cost:' .. debit.id)
  end
  -- A second more than the window, since expiry and grants are not timed by the very same reading of the clock.
  redis.call('PEXPIRE', account, digits(math.ceil((at - now + debit.window) / 1000) + 1000))
end

-- Reads the debits in ARGV from the given place on: id, cost, max, window of each. Their accounts are the last KEYS.
local function debits_from(place)
  local debits = {}
  local before = #KEYS - (#ARGV - place + 1) / 4
  for i = place, #ARGV, 4 do
    debits[#debits + 1] = {
      account = KEYS[before + #debits + 1],
      id = ARGV[i],
      cost = tonumber(ARGV[i + 1]),
      max = tonumber(ARGV[i + 2]),
      window = tonumber(ARGV[i + 3]),
    }
  end
  return debits
end

-- Weighs all debits. Returns the refusal to answer with, or else nil and the function that charges them.
local function afford(debits)
  local now = #debits > 0 and clock()
  local longest, refused = 0, nil
  for i, debit in ipairs(debits) do
    local wait = weigh(now, debit)
    if wait > longest then
      longest, refused = wait, i
    end
  end
  if refused then
    return { 'limit', refused, longest }
  end
  return nil, function()
    for _, debit in ipairs(debits) do
      if not debit.granted then
        charge(now, debit)
      end
    end
  end
end
