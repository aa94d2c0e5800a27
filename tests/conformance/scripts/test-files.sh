touch empty; echo x > full; mkdir d; ln -s full link; chmod 644 full
t() { "$@"; echo "$*: $?"; }
t test -e full; t test -e nosuch; t test -f full; t test -f d; t test -d d; t test -d full
t test -s full; t test -s empty; t test -r full; t test -x full; t test -x d
t test -L link; t test -h full; t test -f link; t test -c /dev/null; t test -p full
t [ -e full ]; t [ ! -e nosuch ]; t test -t 9
t [ full -ef link ]; t [ full -ef empty ]
