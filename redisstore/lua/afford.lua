-- Looks at an account that has room enough, whatever windows may have left behind, for a charge of an id that is not
-- there: used, last, until, what its string goes on with, and the set that its grants are in, if they are in one. Returns
-- nil if it takes more than a glance to know.
local function glance(key, text, id, now, longest, coarse)
  if not text then
    return nil
  end
  local used, last, till, tidied = string.match(text, '^(%d+) (%d+) %d+ (%d+) many (%d+)$')
  if used then
    local set = set_of(key)
    if math.abs(now - tidied) > tidy_every(longest) or redis.call('ZSCORE', set, 'at:' .. id) then
      return nil
    end
    return tonumber(used), tonumber(last), tonumber(till), ' many ' .. tidied, set
  end
  local start
  used, last, till, start = string.match(text, '^(%d+) (%d+) %d+ (%d+)()\n')
  if not used or #text > MANY or string.find(text, '\n' .. id .. ' ', start, true) then
    return nil
  end
  if coarse then
    local oldest = string.match(text, '\n[^~%s]%S* (%d+)', start)
    if oldest and tonumber(oldest) < now - RECENT - tidy_every(longest) then
      return nil
    end
  end
  return tonumber(used), tonumber(last), tonumber(till), string.sub(text, start)
end

-- Weighs the debits in packed, whose accounts are KEYS from the given place on, then the records of ranks, then the marker if
-- it lies here, then other records. Returns the refusal to answer with, or else nil, the function that charges them all and
-- appends to what it is given the account, old and new moment of each grant that it moved, the one that tells how long those
-- that ask for it would have to wait after that, and the depth of the lanes. packed is what withDebits makes.
local function afford(first, packed)
  local accounts, ranks, marked, pos = struct.unpack('<I2I2B', packed)
  local texts, now, depth = {}, 0, 0
  if accounts > 0 then
    texts, now = redis.call('MGET', unpack(KEYS, first, first + accounts + ranks + marked - 1)), clock()
  end
  local marker, beats, at, lost = KEYS[first + accounts + ranks], nil, nil, nil
  if marked > 0 then
    local known, pause_after, refusal
    known, pause_after, pos = struct.unpack('<dd', packed, pos)
    beats, at, lost, refusal = heed(marker, texts[accounts + ranks + 1], now, known, pause_after)
    if refusal then
      return refusal
    end
  end
  for rank = 1, ranks do
    local least
    least, pos = struct.unpack('<I4', packed, pos)
    if total(texts[accounts + rank], now) >= least then
      depth = rank
    end
  end
  local records = {}
  local function growth_of(record, lane)
    return function(window)
      if records[record] == nil then
        records[record] = record <= ranks and texts[accounts + record]
        if record > ranks then
          records[record] = redis.call('GET', KEYS[first + accounts + marked + record - 1])
        end
      end
      return base(records[record], now, window, lane > 0)
    end
  end

  -- What a fresh account's text and lifetime have in common with others of the same longest window.
  local heads, ttls, tail = {}, {}, ' ' .. digits(now) .. ' '
  local places, changed, lifetimes, sets, grants, refusal, nexts, number = {}, {}, {}, {}, {}, nil, nil, 0
  for i = 1, accounts do
    local cost, flags, limits, record, lane, least, longest, id, from = struct.unpack('<I4BI2I2BI4dBc0', packed, pos)
    pos = from + 14 * limits
    if lane == 0 or lane == depth + 1 then
      local text, place = texts[i], #places + 1
      places[place] = i
      if not text and cost <= least then
        local head = heads[longest]
        if not head then
          local till, ttl = lifetime(now, now, longest, 0)
          head = tail .. digits(longest) .. ' ' .. digits(till) .. '\n'
          heads[longest], ttls[longest] = head, digits(ttl)
        end
        changed[place] = cost .. head .. id .. tail .. cost .. ' 1'
        lifetimes[place] = ttls[longest]
      else
        local adds, coarse = flags % 2 == 1, flags % 4 >= 2
        local key = KEYS[first + i - 1]
        local used, last, till, rest, many = glance(key, text, id, now, longest, coarse)
        if used and used + cost <= least then
          last = last > now and last or now
          till, lifetimes[place] = lifetime(now, last, longest, till)
          if many then
            sets[place] = many
            changed[place] = string.format('%d %d %d %d%s', used + cost, last, longest, till, rest)
            grants[place] = { id = id, at = last, cost = cost, n = 1 }
          else
            changed[place] = string.format('%d %d %d %d%s\n%s %d %d 1', used + cost, last, longest, till, rest, id, last, cost)
          end
        else
          local log = load(key, text)
          local own, at = find(log, id, now, longest), from
          for limit = 1, (not own or adds) and limits or 0 do
            local max, grow, window
            max, grow, window, at = struct.unpack('<I4I2d', packed, at)
            local wait, units, grown = weigh(log, now, own, cost, max, grow, window, longest, coarse, growth_of(record, lane))
            if wait > 0 then
              refusal = refusal or { 'limit' }
              local n = #refusal
              refusal[n + 1], refusal[n + 2], refusal[n + 3], refusal[n + 4] = number + limit, wait, units, grown
            end
          end
          changed[place] = function()
            return charge(log, now, own, id, cost, adds, longest, coarse)
          end
        end
      end
      if flags >= 4 then
        nexts = nexts or {}
        nexts[#nexts + 1] = { i, cost, limits, record, lane, from, longest, flags % 4 >= 2 }
      end
    end
    number = number + limits
  end
  if refusal then
    return refusal
  end

  return nil, function(moved)
    if marked > 0 then
      beat(marker, now, beats, at, lost)
    end
    for place, i in ipairs(places) do
      local change = changed[place]
      if type(change) == 'function' then
        local old, new = change()
        if old and moved then
          table.insert(moved, i)
          table.insert(moved, old)
          table.insert(moved, new)
        end
      else
        set(KEYS[first + i - 1], change, lifetimes[place], not texts[i])
        if sets[place] then
          write_grant(sets[place], grants[place])
          if lifetimes[place] then
            redis.call('PEXPIRE', sets[place], lifetimes[place])
          end
        end
      end
    end
  end, function()
    local longest_wait = 0
    for _, debit in ipairs(nexts or {}) do
      local i, cost, limits, record, lane, at, longest, coarse = unpack(debit)
      local key = KEYS[first + i - 1]
      local log = texts[i] and load(key, redis.call('GET', key))
      for _ = 1, limits do
        local max, grow, window
        max, grow, window, at = struct.unpack('<I4I2d', packed, at)
        if log or grow > 0 then
          log = log or load(key, redis.call('GET', key))
          window = weigh(log, now, nil, cost, max, grow, window, longest, coarse, growth_of(record, lane))
        elseif 2 * cost <= max then
          window = 0 -- there is nothing but the charge that was just made
        end
        longest_wait = math.max(longest_wait, window)
      end
    end
    return longest_wait
  end, depth
end
