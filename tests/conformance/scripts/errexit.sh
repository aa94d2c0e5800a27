sh -e -c 'false; echo no'; echo $?
sh -e -c 'if false; then :; fi; echo ok'; echo $?
sh -e -c 'false || echo ok'; echo $?
sh -e -c 'false && echo no; echo ok'; echo $?
sh -e -c '! true; echo ok'; echo $?
sh -e -c '(exit 3); echo no'; echo $?
sh -e -c 'x=$(false); echo no'; echo $?
sh -e -c 'while false; do :; done; echo ok'; echo $?
sh -e -c 'f() { false; echo no; }; f; echo no'; echo $?
sh -e -c 'f() { false; echo in f; }; if f; then echo ok; fi'; echo $?
sh -e -c '{ false; }; echo no'; echo $?
sh -e -c 'true | false; echo no'; echo $?
set -e; set +e; false; echo still
