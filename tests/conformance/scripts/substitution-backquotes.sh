echo `echo hello`
echo "`echo a   b`"
echo `echo \`echo nested\``
x=`echo 'a\\b'`; echo "$x"
echo "`echo "quoted in quoted"`"
y=1; echo `echo \$y $y`
