t() { "$@" 2>/dev/null; echo "$*: $?"; }
t test; t test ''; t test x; t test -n ''; t test -n x; t test -z ''; t test -z x
t test a = a; t test a = b; t test a != b; t [ a = a ]; t [ '' = '' ]
t test 1 -eq 1; t test 1 -eq 01; t test 2 -gt 10; t test 2 -lt 10; t test 3 -ge 3; t test 3 -le 2; t test 1 -ne 2
t test -5 -lt 3; t test ! a = b; t test ! ''; t test ! x
t test a = a -a b = b; t test a = b -o b = b; t test '(' a = a ')'
t test -n = -n; t test ! = '!'; t test -f; t test -z; t test = ; t test '('
t test x -eq 1; t [ a = a; t test a b
