echo; echo -n no newline; echo
echo a  b '  c'
echo 'a\tb\nc' 'd\\e' '\101' '\0101' 'stop\c' never
echo
echo -e x; echo - ; echo --
printf '%s %d %i %u %x %X %o %c %%\n' str 42 -7 7 255 255 8 char
printf '%5s|%-5s|%05d|%+d|%.2s|%5.1s|\n' ab ab 42 42 abcdef xyz
printf '%s-' a b c; echo
printf 'once\n'; printf '%s %s\n' a b c
printf '%b|\n' 'a\tb\n\0101'
printf '\101\t\\\n'
printf '%d %d %d\n' 0x10 010 "'A"
printf '%*d|%-*d|\n' 5 42 5 42
printf '%d\n' notnumber 2>/dev/null; echo $?
printf '[%s]\n'
printf '%d\n'
