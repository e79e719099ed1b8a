-- KEYS: accounts. ARGV: debits.
local refusal, pay = afford(debits_from(1))
if refusal then
  return refusal
end
pay()
return { 'ok' }
