-- What pages are put together from.

-- A picture as people are told of it.
CREATE FUNCTION seen_picture(picture jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_object(
        'id', picture -> 'picture_id', 'url', '/api/pictures/' || (picture ->> 'file'),
        'width', picture -> 'width', 'height', picture -> 'height',
        'sizes', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'url', '/api/pictures/' || (size ->> 'file'), 'width', size -> 'width',
                'height', size -> 'height') ORDER BY nth), '[]')
            FROM jsonb_array_elements(picture -> 'sizes') WITH ORDINALITY AS sizes (size, nth)))
$$;

-- A performance as people are told of it, and what is free of it as orders last said.
CREATE FUNCTION seen_performance(told performances, seats availability) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object(
        'id', told.performance_id, 'state', told.state, 'startsAt', written(told.starts_at),
        'doorsAt', written(told.doors_at), 'onSaleAt', written(told.on_sale_at),
        'venue', jsonb_build_object('id', told.venue_id, 'name', told.venue, 'city', told.city,
                                    'timeZone', told.time_zone),
        'prices', (
            SELECT jsonb_object_agg(key, trim_scale(value::numeric / told.minor_per_major))
            FROM jsonb_each_text(told.prices)),
        'currency', told.currency, 'capacity', told.capacity,
        'free', CASE WHEN seats.total IS NOT NULL  -- as long as nobody has counted, nobody knows
            THEN greatest(0, seats.total - seats.held - seats.sold) END,
        'held', seats.held, 'sold', seats.sold))
$$;

-- A show as people are told of it, without its performances.
CREATE FUNCTION seen_show(told shows) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object(
        'id', told.show_id, 'version', told.version, 'title', told.title, 'genre', told.genre,
        'story', told.story, 'cast', to_jsonb(told."cast"),
        'runningMinutes', told.running_minutes, 'age', told.age,
        'organiserId', told.organiser_id,
        'pictures', (
            SELECT coalesce(jsonb_agg(seen_picture(picture) ORDER BY nth), '[]')
            FROM jsonb_array_elements(told.pictures) WITH ORDINALITY AS each (picture, nth))))
        || jsonb_build_object('poster', told.poster)
$$;

-- What stars a show has; NULL without any.
CREATE FUNCTION seen_rating(of_show uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('reviews', reviews,
                              'average', trim_scale(round(stars::numeric / reviews, 1)))
    FROM ratings WHERE show_id = of_show AND reviews > 0
$$;
