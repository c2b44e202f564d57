param([string]$username, [string]$password)
$uid = "80:00:00:00:01:00:0A:C4"
$address = "127.0.0.1"
$port = 33101
$ub64 = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($username))
$pb64 = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($password))
$p = Start-Process -FilePath "connectd.exe" -PassThru -ArgumentList "-c $ub64 $pb64 $uid T$port 1 $address 12"
