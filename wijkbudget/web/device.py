"""What kind of browser somebody uses, in words that they recognise; nothing finer is kept."""

# In this order: each of these also claims to be one that comes after it.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> str:
    """Browser and system in a few words: "Firefox op Windows"."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "Onbekende browser")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return f"{browser} op {system}" if system else browser
