"""The bot's picture of itself."""

from __future__ import annotations

from playground.errors import bad_request
from playground.events import Json
from playground.methods.registry import Invocation, method
from playground.parameters import INTEGER, JSON
from playground.pictures import NotAPictureError, PictureDimensionsError, is_jpeg
from playground.request_body import Upload

SMALLEST_SIDE = 160
MAX_PHOTOS = 100


@method("setMyProfilePhoto", {"photo": JSON})
async def set_my_profile_photo(call: Invocation) -> bool:
    """Show a new profile photo: a JPEG that is uploaded with the call."""
    given = call.parameters.get("photo")
    if not isinstance(given, dict):
        raise bad_request("photo isn't specified")
    if "type" not in given:
        raise bad_request('can\'t find field "type"')
    if given["type"] != "static":
        raise bad_request("can't parse InputProfilePhoto: the playground takes static ones only")
    upload = call.parameters.file(given.get("photo"))
    if not isinstance(upload, Upload):
        raise bad_request("profile photo must be uploaded as a new file")
    if not is_jpeg(upload.data):
        raise bad_request("IMAGE_PROCESS_FAILED")
    try:
        photo: Json = await call.state.files.add_photo(upload.data)
    except PictureDimensionsError as error:
        raise bad_request("PHOTO_INVALID_DIMENSIONS") from error
    except NotAPictureError as error:
        raise bad_request("IMAGE_PROCESS_FAILED") from error
    sizes: list[Json] = photo["photo"]
    if min(sizes[-1]["width"], sizes[-1]["height"]) < SMALLEST_SIDE:
        raise bad_request("PHOTO_CROP_SIZE_SMALL")
    call.state.profile.photos.insert(0, sizes)
    return True


@method("removeMyProfilePhoto", {})
async def remove_my_profile_photo(call: Invocation) -> bool:
    """Take the newest profile photo away; the one before it shows again."""
    if call.state.profile.photos:
        call.state.profile.photos.pop(0)
    return True


@method("getUserProfilePhotos", {"user_id": INTEGER, "offset": INTEGER, "limit": INTEGER})
async def get_user_profile_photos(call: Invocation) -> Json:
    """Return the profile photos of a user: the bot's; people here have none."""
    user_id = call.parameters.integer("user_id")
    known = {user.id for chat in call.state.chats.values() for user in chat.members}
    if user_id not in {*known, call.state.bot_id}:
        raise bad_request("user not found")
    photos = call.state.profile.photos if user_id == call.state.bot_id else []
    first = max(call.parameters.integer("offset"), 0)
    limit = min(max(call.parameters.integer("limit", MAX_PHOTOS), 1), MAX_PHOTOS)
    return {"total_count": len(photos), "photos": photos[first : first + limit]}
