-- Replies, so many at a time: a text may have thousands.

-- So many approved replies to a text, the newest first, from behind `before`.
CREATE FUNCTION replies_to(text_id uuid, before uuid, many integer) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(told ORDER BY review_id DESC), '[]')
    FROM (
        SELECT review_id, told FROM texts
        WHERE reply_to = text_id AND status = 'approved'
          AND (before IS NULL OR review_id < before)
        ORDER BY review_id DESC LIMIT many
    ) AS page
$$;

-- So many approved texts about a show or a ticket, the newest first, from behind `before`. Each has
-- how many replies there are, and the last five of them as they were written, one after another.
CREATE OR REPLACE FUNCTION texts_about(about uuid, before uuid, many integer) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(told || jsonb_build_object(
               'repliesTotal', (SELECT count(*) FROM reviews AS reply
                                WHERE reply_to = page.review_id AND status = 'approved'),
               'replies', (SELECT coalesce(jsonb_agg(reply ORDER BY nth DESC), '[]')
                           FROM jsonb_array_elements(replies_to(page.review_id, NULL, 5))
                               WITH ORDINALITY AS last (reply, nth)))
           ORDER BY review_id DESC), '[]')
    FROM (
        SELECT review_id, told FROM texts
        WHERE about_id = about AND status = 'approved' AND reply_to IS NULL
          AND (before IS NULL OR review_id < before)
        ORDER BY review_id DESC LIMIT many
    ) AS page
$$;
