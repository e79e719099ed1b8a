-- Records of what was verified, with the arithmetic of guard.Record. A record is a string,
--   <total> <last day>|<day>:<numbers> …|<hour>:<numbers> …
-- with days and hours since the Unix epoch, the oldest first. The total is that of all its days.
local HOUR, DAY, DAYS = 3600000000, 86400000000, 14

local function counts(text)
  local list = {}
  for at, number in string.gmatch(text, '(%d+):(%d+)') do
    list[#list + 1] = { tonumber(at), tonumber(number) }
  end
  return list
end

local function sum(list, from)
  local total = 0
  for _, count in ipairs(list) do
    if count[1] >= from then
      total = total + count[2]
    end
  end
  return total
end

-- The days and the hours of a record; text is false where there is none.
local function read_record(text)
  local days, hours = string.match(text or '', '|(.*)|(.*)')
  return counts(days or ''), counts(hours or '')
end

-- guard.Record.Total
local function total(text, now)
  if not text then
    return 0
  end
  local today = math.floor(now / DAY)
  local all, last = string.match(text, '^(%d+) (%d+)|')
  if today <= tonumber(last) then
    return tonumber(all)
  end
  return sum(read_record(text), today - DAYS + 1)
end

-- What a limit with the window grows by: guard.Record.Base, or in a lane guard.Record.Within.
local function base(text, now, window, in_lane)
  if not text then
    return 0
  end
  local days, hours = read_record(text)
  local within = sum(hours, math.floor((now - window) / HOUR))
  if in_lane then
    return within
  end
  local best = 0
  for _, count in ipairs(days) do
    if count[1] > math.floor(now / DAY) - DAYS then
      best = math.max(best, count[2])
    end
  end
  local share = math.min(1440, 4 * math.max(1, math.floor(window / 60000000)))
  return math.max(within, math.floor(best * share / 1440))
end

local function add_count(list, at, oldest)
  local parts, last = {}, nil
  for _, count in ipairs(list) do
    if count[1] >= oldest then
      last = count
      parts[#parts + 1] = count[1] .. ':' .. count[2]
    end
  end
  if last and last[1] >= at then -- also if the clock was set back
    at = last[1]
    parts[#parts] = at .. ':' .. last[2] + 1
  else
    parts[#parts + 1] = at .. ':1'
  end
  return table.concat(parts, ' '), at
end

-- guard.Record.Add
local function add_number(key, now)
  local days, hours = read_record(redis.call('GET', key))
  local today, hour = math.floor(now / DAY), math.floor(now / HOUR)
  local oldest = today - DAYS + 1
  local day_text, last = add_count(days, today, oldest)
  local hour_text = add_count(hours, hour, hour - 24)
  local text = sum(days, oldest) + 1 .. ' ' .. last .. '|' .. day_text .. '|' .. hour_text
  redis.call('SET', key, text, 'PX', math.ceil(((last + DAYS) * DAY - now) / 1000))
end
