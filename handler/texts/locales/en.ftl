### What the bot says in English.
### Plain text for Telegram: no markup. Limits of Telegram: a button's answer 200 characters,
### a caption 1024, the description 512, the short description 120.

language-name = English
language-codes = en

## The bot's profile and menu

name = Neon City
description =
    👽 I paint your photos in cyberpunk light. 👾 And I make small pictures two, three or four times larger, crisp edges included.

    Send a photo, press a button, and watch the city switch its neon on.
short-description = 👽 Photos in cyberpunk neon. 👾 Small pictures made big and crisp.
command-start = Insert coin and begin
command-help = The rules of the game
command-settings = Language, light, files: your way
command-privacy = What I remember, and for how long
command-forget = Wipe what I remember of you
command-about = Who is behind the lamp
command-support = Call a human
command-neon = Neon light on the picture you reply to
command-x2 = The picture you reply to, twice as large
command-x3 = The picture you reply to, three times as large
command-x4 = The picture you reply to, four times as large

## Commands

greeting =
    Welcome to Neon City, { $name }! 🌃

    The street lamps are out, but you bring the photos and I bring the light. Press START, player one.
greeting-again = The lamps are on already, player one 🌃 Send me a photo, or borrow mine.
link-kept = 🔗 { $effect }? Deal! The first picture you send within the hour gets it at once, no button needed 📸
button-start = 🚀 START
button-try = ☕ Try it on this coffee
try-accepted = One coffee, coming up!
try-caption = ☕ A free sample, in case you have no photo at hand.
nameless = player
start-accepted = Level one loaded!
what-i-can =
    Your two superpowers:

    👽 Neon: your photo, soaked in cyberpunk light. Any lamp you like, from soft to max.
    👾 Upscale: the same picture two, three or four times larger, with detail drawn in.

    Your move: send me any photo 📸
help =
    How to play:

    1. Send a photo. As a file is fine too: then Telegram doesn't squeeze it (JPEG, PNG, WebP, HEIC and more, up to 20 MB).
    2. Press a button: 👽 Neon, 💡 Lights to choose a lamp by eye, or 👾 ×2, ×3 or ×4.
    3. Watch the bar fill up and collect your loot.

    Neon comes back as you sent it, photo for photo and file for file. Upscaled pictures always come as files, so that not a pixel gets lost.

    Every result has buttons of its own: another light, softer, stronger, larger, before and after. Reply to your photo with a picture whose light you like, and I'll light yours the same way.

    Words do it too: write “neon sunset” or “×4” under a photo or an album, or in reply to one.

    I keep no photos: they stay in Telegram only.
about =
    🌃 Neon City is a bot with two small neural networks of its own.

    👽 One lays coloured light over your photo: the light is new, every edge is yours. 👾 The other draws in the detail that a small picture lacks.

    Both run on this bot's own machine. Your pictures go nowhere else, and none is kept: /privacy. The program is free software under the MIT licence.
support = Stuck on a level? A human will help you out: { $contact }
unknown-command = That cheat code doesn't work here. The real ones: { $commands }.

## Settings

settings = ⚙️ Your control panel. What you set here stays until you say /forget.
settings-kept = Got it!
settings-language = 🌐 Which language shall we speak?
settings-light = 💡 Which light shall 👽 Neon switch on? Under each picture you can still pick another one.
settings-strength = 🎚 How strong shall that light be?
settings-form = 📎 A photo with new light can come back as a photo, which Telegram squeezes, or as a file, which it leaves alone. Larger pictures are always files.
settings-metadata = 🏷 A file can say when, where and with which camera it was taken. Shall the results of your files say it too? Photos never do: Telegram takes it out.
button-settings-language = 🌐 Language: { $choice }
button-settings-light = 💡 Light: { $choice }
button-settings-strength = 🎚 Strength: { $choice }
button-settings-form = 📎 Photos come back: { $choice }
button-settings-metadata = 🏷 Date, place, camera: { $choice }
button-settings-back = Back
choice-language = { $choice ->
   *[auto] as in Telegram
}
choice-light = { $choice ->
    [auto] what suits the photo
    [miami] 🌴 Miami
    [sunset] 🌇 sunset
    [tokyo] 🏮 Tokyo
    [ice] 🧊 ice
    [toxic] ☢️ toxic
    [ember] 🔥 embers
    [ultraviolet] 🔮 ultraviolet
    [aurora] 🌌 aurora
   *[other] { $choice }
}
choice-strength = { $choice ->
    [soft] soft
    [max] maximal
   *[neon] medium
}
choice-form = { $choice ->
    [file] as files
   *[same] as photos
}
choice-metadata = { $choice ->
    [keep] kept in files
   *[drop] left out
}
forgotten = 🧽 Wiped: your settings, and all else that I had noted about you. What /privacy lists beyond that ends by itself.
access-denied = This arcade is for invited players only 🔒 If you know who runs it, ask them to let you in by your number: { $id }
stats = 📊 Waiting in line: { $waiting }. At work right now: { $working }.

## What is stored

privacy =
    🔏 No picture is kept: each is gone from here when the work on it ends, and only Telegram has it. All that is stored is this:

    { $stored }

    /forget wipes your settings and what a link asked for, at once. The rest ends by itself.
privacy-settings = Your choices in /settings
privacy-album = Your album's pictures, to do them all at once
privacy-wish = What the link asked for that brought you here
privacy-jobs = A picture that waits or is worked on
privacy-dead-letters = A picture whose work has failed for good, for whoever repairs that
privacy-answered = That there was an answer, so that there is no second one
privacy-claims = That a press, a message or a greeting has been dealt with
privacy-results = Finished pictures, so that none is made twice
privacy-counters = How many pictures you have asked for
privacy-logs = The log
datum-person = your number in Telegram
datum-chat = the chat's number
datum-messages = numbers of messages
datum-update = the number of the press or the message
datum-file = Telegram's ids of the file
datum-file-name = the file's name
datum-file-name-hash = a fingerprint of the file's name
datum-effect = which effect
datum-choices = how results come back
datum-language = your language
datum-order = the place in line
datum-time = when
datum-count = a number
datum-pseudonym = a pseudonym of the chat
lifetime = { $until ->
    [forgotten] Until /forget.
    [answered] Until the answer is there, { $most } at most.
    [newest] The { NUMBER($newest) } used last, of everybody's.
    [operator] For as long as whoever runs this bot keeps logs.
   *[none] For { $most } at most.
}
lifetime-hours = { $number ->
    [1] an hour
   *[other] { $number } hours
}
lifetime-days = { $number ->
    [1] a day
   *[other] { $number } days
}

## A picture has come

choose-effect = What shall we do with this one?
choose-effect-without = { $families ->
    [upscale] That's a big one already, so no upscaling here. But it can glow!
   *[other] That's a big one already, but this still works:
}
choose-effect-neon = 👽 Neon: your photo in cyberpunk light.
choose-effect-lights = 💡 Lights: see it under every lamp first, then choose.
choose-effect-upscale = 👾 Upscale: how big should it get?
choose-effect-album = An album! Whatever you press, I'll do for every picture in it 🎞
button-neon = 👽 Neon
button-lights = 💡 Lights
button-upscale = 👾 { $within ->
    [0] {""}
   *[other] { NUMBER($within, useGrouping: 0) } px →{" "}
}×{ $scale }
button-cancel = ✖ Cancel

## Under a result

button-another-light = 🎲 Another light
button-light = { $number } { $emoji }
button-softer = ➖ Softer
button-stronger = ➕ Stronger
button-compare = ⚖️ Compare
button-slideshow = 🎞 Slides
button-light-from-other = 👽 Light this one instead
button-light-it = 👽 Light it
button-look = { $look ->
    [crisp] 🔍 Crisp
   *[faithful] 📏 Faithful
}
button-as-jpeg = 📦 As JPEG

## A button has been pressed

press-accepted-neon = 👽 Reaching for the big switch…
press-accepted-upscale = 👾 Reaching for the magnifying glass…
press-accepted-lights = 💡 Trying on every lamp…
press-accepted-light-from = 💡 Borrowing that light…
press-accepted-compare = ⚖️ Drawing the line…
press-slideshow = 🎞 Here come the slides. If your Telegram doesn't know them yet, the other button does the same in one picture.
press-already = Hold your fire, player! I'm already on it 🕹
press-remembered = I remember this one! Straight from the vault ⚡
press-cancelled = Stopped. Your coin is back in your pocket 🪙
press-cancel-late = Too late to stop it: it's already on its way to you 🚀
press-cancel-others = That's another player's game: only they can stop it ✋
press-busy = { $seconds ->
    [one] The whole arcade is taken! Try again in a second.
   *[other] The whole arcade is taken! Try again in { $seconds } seconds.
}
press-line-full = { NUMBER($own) } of your pictures are in line already, and that is all the room you have. Press again when some of them are done 🎟
press-quota = That was your last coin for now! The machine takes new ones from you in { $duration } 🪙
press-too-old = This button has gathered too much dust. Send the photo again and get fresh ones 🧹
press-photo-deleted = The photo is gone from our chat, and I keep no copies. Send it again 🫥
press-not-yours = This button is for whoever asked for the picture. Reply to it with /neon or /x2, and the next ones are yours 🎟
press-album-forgotten = I've lost track of this album: I keep the list for a day only. Send it once more 🎞
press-unknown = This button is from another version of the game. Send the photo again for new ones.
press-model-missing = My neural network hasn't come home yet. Please try a little later 🌙

## Anything but a picture

hint-text = I read pictures better than words. Send me a photo and I'll light it up 📸
hint-sticker = Great sticker! It already glows, though. Now a photo, please 📸
hint-video = Moving pictures are the next level, and it isn't built yet. Send a single frame as a photo 🎬
hint-animation = It moves! My neon tubes can't keep up. A still photo, please 🌀
hint-first-frame = 🌀 If it moves, I take its first frame.
hint-voice = What a voice! But I see better than I hear. Send me a photo 🎧
hint-other = A rare item, but I can't use it. I work with photos 📸
error-not-a-picture = That file is no picture, or not one I can read. Send a photo, or a picture as a file: JPEG, PNG, HEIC… 📎
error-unexpected = Something sparked and went dark on my side. Please try once more 🔌

## Names of effects, for lists

effect-neon = Neon
effect-lights = Neon
effect-upscale = { $within ->
    [0] {""}
   *[other] { NUMBER($within, useGrouping: 0) } px →{" "}
}×{ $scale }

## How long something takes

duration-seconds = { $seconds ->
    [1] about a second
   *[other] about { $seconds } seconds
}
duration-minutes = { $minutes ->
    [1] about a minute
   *[other] about { $minutes } minutes
}
duration-hours = { $hours ->
    [1] about an hour
   *[other] about { $hours } hours
}

### Worker

status-queued = { $effect ->
    [upscale] 👾
   *[neon] 👽
} { $others ->
    [0] { $own ->
        [0] You're next…
        [one] First the one you asked for before…
       *[other] First the { $own } you asked for before…
    }
    [one] One player ahead of you{ $own ->
        [0] {""}…
       *[other] , and { $own } of your own…
    }
   *[other] { $others } players ahead of you{ $own ->
        [0] {""}…
       *[other] , and { $own } of your own…
    }
}
status-turn-in = ⏱ Your turn in { $duration }
status-warming = { $effect ->
    [upscale] 👾
   *[neon] 👽
} The studio is warming up: a few seconds more…
status-working-neon =
    👽 Switching the neon on…
    { BAR($percent) } { NUMBER($percent, maximumFractionDigits: 0) }%
status-working-upscale =
    👾 Making it ×{ $scale }, pixel by pixel…
    { BAR($percent) } { NUMBER($percent, maximumFractionDigits: 0) }%
status-working-lights =
    💡 Trying on every lamp…
    { BAR($percent) } { NUMBER($percent, maximumFractionDigits: 0) }%
status-working-light-from =
    💡 Borrowing that light…
    { BAR($percent) } { NUMBER($percent, maximumFractionDigits: 0) }%
status-working-compare =
    ⚖️ Drawing the line…
    { BAR($percent) } { NUMBER($percent, maximumFractionDigits: 0) }%
status-time-left = ⏱ Ready in { $duration }
status-over = ✔ Done already. This message was left over.
status-cancelled = ✖ Cancelled. The buttons under your picture still work.
status-album = 🎞 Picture { $number } of { $total }
album-missing = 🎞 Picture { $number }: { $reason }
album-hidden = 🎞 Of this album, Telegram shows me only this picture. Reply to each of the others with /neon or /x2, and I'll do them too.
result-ready = Sorry for the wait: your picture has arrived, right above ☝️
caption-neon = 👽 { $strength ->
    [soft] Soft neon: just a hint of tomorrow.
    [max] Neon to the max! Mind your eyes.
   *[neon] Neon: welcome to the night shift.
}
caption-lights = 💡 Your photo under every lamp. Press the number you like.
light-from-other = 🔄 Or did you mean it the other way round?
caption-compare = ⚖️ Left: before. Right: after.
caption-upscale = 👾 ×{ $scale }{ $within ->
    [0] : zoom in and enjoy.
   *[other] , from { NUMBER($within, useGrouping: 0) } px: the most that I can do in time. Zoom in and enjoy.
}
caption-reencoded = The lossless file outgrew Telegram's 50 MB, so I packed it a little tighter.
error-file-gone = I can't get hold of this photo any more: Telegram has put it away. Send it again 🫥
error-file-too-large = That's a heavyweight! Telegram hands me files of up to 20 MB only. Try a smaller one 🏋
error-download = Your picture got lost between Telegram and me. The file is fine: press the button once more in a minute 📡
error-unsupported-format = I don't speak this format. JPEG, PNG, WebP, HEIC, AVIF, TIFF, BMP and GIF are my languages 🗣
error-broken-file = This file is scrambled: I can't make out a picture in it. Try another copy 🧩
error-too-many-pixels = { $width } × { $height } is too much for me: I'd still be at it at dawn. Send a smaller version 🐘
error-would-not-finish = { $lacking ->
    [pixels] That would become { $width } × { $height }: more than I can hand over.
    [memory] That is more than fits into my memory.
   *[time] That would take me { $duration }: more time than I get for one picture.
} { $instead }
instead-others = This I can do, though: { $alternatives } 🐢
instead-smaller = Up to { $width } × { $height } I can do it, though 🐢
instead-nothing = Try something much smaller 🐢
error-took-too-long = Time's up! This one took too long. Try a smaller picture or a gentler button ⏳
error-internal = Short circuit! Something broke on my side. Press the button once more 🔌
error-no-rights = I'm not allowed to send pictures in this group. Ask an admin to let me send photos and files 🔒
error-telegram-away = Telegram is out of breath and didn't take my answer. Press the button once more in a few minutes 📡
error-restarting = I'm just changing my batteries. Press the button again in a minute 🔋

### Words that people write beside a picture, or as a command. Any form of them, commas between; those
### of all languages are understood at once. `words-also` may stand beside them and means nothing.

words-also = please, pls, make, make it, do, do it, turn, turn it, give, give it, try, it, its, this, that, the, a, an, and, in, into, to, with, of, at, for, me, my, us, some, more, much, now, again, can you, could you, let, be, one, photo, photos, picture, pictures, image, pic, pics, colours, colors, style, look, mode, times
words-neon = neon, neon light, neon lights, in neon, cyberpunk, glow, glowing, light, light it, light up, light it up, lit, relight
words-neon-soft = soft, softer, softly, gentle, gentler, subtle, weaker
words-neon-neon = normal, medium
words-neon-max = max, maximum, to the max, strong, stronger, bright, brighter, brightest
words-neon-miami = miami, miami vice
words-neon-sunset = sunset, sundown, dusk
words-neon-tokyo = tokyo
words-neon-ice = ice, icy
words-neon-toxic = toxic, acid, poison
words-neon-ember = ember, embers, fire
words-neon-ultraviolet = ultraviolet, uv, ultra violet
words-neon-aurora = aurora, northern lights, polar lights
words-lights = lights, all lights, every light, all the lights, lamps, all lamps, every lamp, sheet, options, show lights, show the lights, which lights
words-upscale = upscale, upscaled, enlarge, enlarged, big, bigger, large, larger, resize, zoom, zoom in, scale up, blow up, blow it up, hd
words-upscale-2 = x2, twice, double, two times, 2 times, twice as big, twice as large
words-upscale-3 = x3, triple, three times, 3 times, three times as big, three times as large
words-upscale-4 = x4, quadruple, four times, 4 times, four times as big, four times as large
words-upscale-faithful = faithful, faithfully, exact
words-upscale-crisp = crisp, crisper, sharp, sharper

## Hints about words

hint-words = That spell isn't in my book. These are: neon, soft, max, sunset, miami, ×2, ×3, ×4, crisp. Mix them, like “soft neon sunset” or “×2 crisp” 🪄
hint-original = This one glows already! Press a button under it for another light, or reply to the original photo with those words 💡
hint-which-picture = Gladly, but to which picture? Reply to it with that, or write it as the caption of a new one 🖼
