-- Does to every key what waiting for ARGV[1] milliseconds would do: to lifetimes, and with ARGV[2] also to moments.
local millis = tonumber(ARGV[1])

local function digits(number)
  return string.format('%.0f', number)
end

local function earlier(micros)
  return digits(math.max(0, micros - millis * 1000))
end

local function moved(text)
  local used, last, longest, till, rest = string.match(text, '^(%d+) (%d+) (%d+) (%d+)([\n ].*)$')
  if used then -- an account
    rest = string.gsub(rest, '(\n%S+ )(%d+)( %d+ %d+)', function(id, at, counts) return id .. earlier(at) .. counts end)
    rest = string.gsub(rest, '( %d+ %d+ )(%d+)( ?)', function(counts, from, after) return counts .. earlier(from) .. after end, string.byte(rest) == 32 and 99 or 0)
    return used .. ' ' .. earlier(last) .. ' ' .. longest .. ' ' .. earlier(till) .. rest
  end
  local total, day, days, hours = string.match(text, '^(%d+) (%d+)|([%d: ]+)|([%d: ]+)$')
  if total then -- a record
    local function shift(counts, unit)
      return string.gsub(counts, '(%d+):', function(at) return at - math.floor(millis / unit) .. ':' end)
    end
    return total .. ' ' .. day - math.floor(millis / 86400000) .. '|' .. shift(days, 86400000) .. '|' .. (shift(hours, 3600000))
  end
  return text
end

for _, key in ipairs(redis.call('KEYS', '*')) do
  local left = redis.call('PTTL', key)
  if left >= 0 and left <= millis then
    redis.call('DEL', key)
  else
    if left >= 0 then
      redis.call('PEXPIRE', key, digits(left - millis))
    end
    local kind = ARGV[2] and redis.call('TYPE', key).ok
    if kind == 'zset' then
      local moments = redis.call('ZRANGEBYSCORE', key, '(0', '+inf', 'WITHSCORES')
      for i = 1, #moments, 2 do
        redis.call('ZADD', key, earlier(moments[i + 1]), moments[i])
      end
    elseif kind == 'string' then
      redis.call('SET', key, moved(redis.call('GET', key)), 'KEEPTTL')
    end
  end
end
