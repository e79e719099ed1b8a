-- The marker: how a server that has lost data is told from one that has not. It is a string,
--   <beats> <at> <lost>
-- beats counts up about once a second while charges are made, at is when it last did, lost when data was last seen to be
-- lost, 0 if never. Who charges says the highest count that it knows. A server that is empty, or has come back with older
-- data, has a lower one.
local BEAT = 1000000

local told = '' -- goes to the charger behind the outcome, where the count is another than it knows

local function write_marker(key, beats, at, lost)
  redis.call('SET', key, string.format('%d %d %d', beats, at, lost))
end

-- Counts, if it is time to.
local function beat(key, now, beats, at, lost)
  if now - at >= BEAT or at - now >= BEAT then
    write_marker(key, beats + 1, now, lost)
    told = string.format(':%d', beats + 1)
  end
end

-- Reads the marker: the count, when it last went up, when data was lost. The fourth value is the refusal to answer with if that
-- was less than pause ago.
local function heed(key, text, now, known, pause)
  local beats, at, lost = string.match(text or '', '^(%d+) (%d+) (%d+)$')
  beats, at, lost = tonumber(beats or 0), tonumber(at or 0), tonumber(lost or 0)
  local found = beats < known
  if found then
    beats, at, lost = known + 1, now, now
    write_marker(key, beats, at, lost)
  end
  if beats ~= known then
    told = string.format(':%d', beats)
  end
  if lost > 0 then
    local left = pause - math.abs(now - lost)
    if found or left > 0 then
      return beats, at, lost, { 'lost' .. told, found and 1 or 0, math.max(0, left) }
    end
  end
  return beats, at, lost
end
