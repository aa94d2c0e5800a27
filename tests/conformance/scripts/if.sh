if true; then echo yes; fi
if false; then echo no; else echo else; fi
if false; then echo 1; elif true; then echo 2; else echo 3; fi
if false; then :; fi; echo $?
if [ 1 = 1 ] && [ 2 = 2 ]; then echo both; fi
if
  false
  true
then
  echo last
fi
if ! false; then echo not; fi
if (exit 3); then :; else echo $?; fi
