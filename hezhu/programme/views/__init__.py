"""Pages of the programme. Each view asks for the permission first and changes nothing itself: that is ``actions``."""
