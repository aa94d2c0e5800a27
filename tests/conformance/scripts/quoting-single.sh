# Single quotes keep everything as it is.
printf '<%s>\n' 'a b' '$x' 'back\slash' '"double"' ''
printf '<%s>\n' 'it'\''s'
printf '<%s>\n' 'two
lines'
