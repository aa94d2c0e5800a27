echo x > /nonexistent/file; echo $?
cat < nosuch; echo $?
> /nonexistent/file; echo $?
{ echo never; } > /nonexistent/file; echo $?
echo after
