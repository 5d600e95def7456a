-- People and programs who look at an answer before they ask again: a random pause of 50 to 100 ms after each.
function delay()
  return math.random(50, 100)
end
