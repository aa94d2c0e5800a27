echo "$(echo hello)" $(echo a   b) "$(echo a   b)"
x=$(printf 'one\ntwo\n\n\n'); echo "[$x]"
echo $(echo $(echo $(echo deep)))
echo "$(echo "inner $(echo "quotes")")"
echo "$(case x in x) echo case;; esac)"
echo $(echo ')' '(' | cat)
$(echo echo built) command
echo "[$(true)]"
