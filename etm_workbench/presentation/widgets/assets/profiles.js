// People as profiles: counted anew under any filter, without names and without asking.

// Reads back what Python wrote as signs: one byte a sign, one row a profile, the number of people first.
function readProfiles(section) {
  const value = new Map([...section.signs].map((sign, place) => [sign, place]));
  const read = {};
  for (const [cycle, { by, signs }] of Object.entries(section.profiles)) {
    const bytes = Uint8Array.from(signs, (sign) => value.get(sign));
    read[cycle] = { by, bytes, width: by.length + 1 };
  }
  return read;
}

function coordinateOf(section, name) {
  return section.coordinates.find((coordinate) => coordinate.name === name);
}

function placeOf(section, name, code) {
  return coordinateOf(section, name).codes.findIndex(([known]) => known === code);
}

// What `where` asks of a profile: for some columns, which places pass. Columns a cycle lacks ask nothing.
function conditions(section, profiles, where) {
  return Object.entries(where)
    .filter(([name, codes]) => codes.size && profiles.by.includes(name))
    .map(([name, codes]) => {
      const passes = new Uint8Array(64);
      coordinateOf(section, name).codes.forEach(([code], place) => (passes[place] = codes.has(code) ? 1 : 0));
      return [profiles.by.indexOf(name) + 1, passes];
    });
}

// Calls `visit(people, place in each of the named coordinates…)` for every profile that `where` lets through.
function eachProfile(section, profiles, where, names, visit) {
  if (!profiles) return;
  const asked = conditions(section, profiles, where);
  const columns = names.map((name) => profiles.by.indexOf(name) + 1);
  const { bytes, width } = profiles;
  const places = new Array(columns.length);
  next: for (let row = 0; row < bytes.length; row += width) {
    for (const [column, passes] of asked) if (!passes[bytes[row + column]]) continue next;
    for (let at = 0; at < columns.length; at++) places[at] = bytes[row + columns[at]];
    visit(bytes[row], ...places);
  }
}

// People by one coordinate or two: an array, or an array of arrays, by place.
function tally(section, profiles, where, first, second) {
  const sizes = [first, second].filter(Boolean).map((name) => coordinateOf(section, name).codes.length);
  const counts = second ? Array.from({ length: sizes[0] }, () => new Array(sizes[1]).fill(0)) : new Array(sizes[0]).fill(0);
  eachProfile(section, profiles, where, second ? [first, second] : [first], (people, one, other) => {
    if (second) counts[one][other] += people;
    else counts[one] += people;
  });
  return counts;
}

function sum(numbers) {
  return numbers.reduce((total, one) => total + one, 0);
}
