-- KEYS: accounts, records. ARGV: debits.
local refusal, pay, wait, depth = afford(1, ARGV[1])
if refusal then
  return refusal
end
local moved = {}
pay(moved)
return { 'ok' .. told, wait(), depth, unpack(moved) }
