-- The marker: how a server that has lost data is told from one that has not. It is a string,
--   <beats> <at> <lost>
-- beats counts up about once a second while charges are made, at is when it last did, lost when data was last seen to be
-- lost, 0 if never. Who charges says the highest count that it knows. A server that is empty, or has come back with older
-- data, has a lower one.
local BEAT = 1000000

local told = '' -- goes to the charger behind the outcome, where the count is another than it knows

-- Reads the marker. Returns the refusal to answer with if data was lost less than pause ago, else the function that counts.
local function heed(key, text, now, known, pause)
  local beats, at, lost = string.match(text or '', '^(%d+) (%d+) (%d+)$')
  beats, at, lost = tonumber(beats) or 0, tonumber(at) or 0, tonumber(lost) or 0
  local function write()
    redis.call('SET', key, string.format('%d %d %d', beats, at, lost))
  end
  local found = beats < known
  if found then
    beats, at, lost = known + 1, now, now
    write()
  end
  if beats ~= known then
    told = ':' .. string.format('%d', beats)
  end
  local left = pause - math.abs(now - lost)
  if found or lost > 0 and left > 0 then
    return { 'lost' .. told, found and 1 or 0, math.max(0, left) }
  end
  return nil, function()
    if math.abs(now - at) >= BEAT then
      beats, at = beats + 1, now
      write()
      told = ':' .. string.format('%d', beats)
    end
  end
end
