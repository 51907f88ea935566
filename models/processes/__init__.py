"""The three processes of the cooperation agreement (火情通报、会商研判、联动响应), supplies and tasks: law as data."""
