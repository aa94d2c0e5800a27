for i in 1 2; do
  case $i in
    1) if true; then
         while :; do echo "deep $i"; break; done
       fi ;;
    *) ( for j in a b; do echo "$i$j"; done ) | cat ;;
  esac
done > out
cat out
x=$(for i in 1 2 3; do echo $((i * i)); done | while read n; do printf '%s,' $n; done)
echo "$x"
f() { if [ "$1" -gt 1 ]; then a=$(f $(($1 - 1))); echo $(($1 * a)); else echo 1; fi; }
f 5
{ { { echo braces; }; }; }
