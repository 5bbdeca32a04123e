-- What is found of the catalogue, and how it sells, is kept by query.

DROP FUNCTION wanted_showings(timestamptz, text, date, date, numeric, numeric, boolean);
DROP FUNCTION wanted_finds(tsquery, text[], text, text);
DROP FUNCTION sold_lately(uuid, date);
DROP TABLE finds, showings, stops, fares, ranks, availability, sold_by_day, sales;
DROP FUNCTION one_spelling(text);
