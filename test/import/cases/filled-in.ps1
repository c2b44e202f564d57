# the bench Pi
$user = "ann@example.com"
$pass = 'Marker-pass-1'
$port = 33000
$u = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($user))
$p = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($pass))
while ($true) {
  & "C:\remoteit\connectd.exe" -s -c $u $p 80:00:00:00:01:00:0A:C2 "T$port" 2 127.0.0.1 12
}
