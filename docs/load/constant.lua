-- The same sentences as mixed.lua, at about RATE requests a second whether answers come soon or late, for wrk: see
-- docs/performance.md. Each connection is a client who thinks for CLIENTS / RATE seconds at the mean between two questions
-- (exponentially distributed), so that with many clients requests arrive at random.
local folder = debug.getinfo(1, "S").source:match("^@(.*/)") or ""
dofile(folder .. "mixed.lua")

local rate = tonumber(os.getenv("RATE") or "10")
local clients = tonumber(os.getenv("CLIENTS") or "100")

function delay()
  return math.floor(-math.log(1 - math.random()) * clients / rate * 1000)
end
