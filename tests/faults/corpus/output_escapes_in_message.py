# verdict: failed
# cli: yes
def double(x):
    raise ValueError("\x1b[2J\x1b]0;owned\x07 [bold]no[/bold] [/]")
