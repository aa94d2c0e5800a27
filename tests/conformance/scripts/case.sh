for x in apple banana cherry '' '*' 'a b' 7 x.c; do
  case $x in
    apple) echo fruit1;;
    b*) echo starts with b;;
    (cherry|plum) echo c or p;;
    "") echo empty;;
    "*") echo star;;
    'a b') echo spaced;;
    [0-9]) echo digit;;
    *.c) echo source;;
    *) echo other;;
  esac
done
case x in y) echo y;; esac; echo $?
case $(echo sub) in sub) echo matched; esac
p='a*'; case abc in $p) echo pattern;; esac
case abc in "$p") echo literal;; *) echo no;; esac
case a in a) ;; esac; echo $?
case a in a) false;; esac; echo $?
