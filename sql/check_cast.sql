-- Does an insert take type $1 into a column of type $2? Strings take every type; else it is the same
-- type, or there is a cast for assignment.
SELECT t.oid = $1::regtype OR t.typcategory = 'S'
       OR EXISTS (SELECT FROM pg_cast c
                  WHERE c.castsource = $1::regtype AND c.casttarget = t.oid
                    AND c.castcontext IN ('a', 'i')),
       t.typname
FROM pg_type t
WHERE t.oid = $2::oid
