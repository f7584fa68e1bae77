### Lo que el bot dice en español.
### Texto simple para Telegram, sin formato. Límites de Telegram: respuesta a un botón, 200 caracteres;
### pie de foto, 1024; descripción, 512; descripción corta, 120.

language-name = Español
language-codes = es, ca, gl, eu

## Perfil y menú del bot

name = Neon City
description =
    👽 Pinto tus fotos con luz ciberpunk. 👾 Y hago las imágenes pequeñas dos, tres o cuatro veces más grandes, con bordes nítidos.

    Envía una foto, pulsa un botón y mira cómo la ciudad enciende su neón.
short-description = 👽 Tus fotos en neón ciberpunk. 👾 Y las imágenes pequeñas, grandes y nítidas.
command-start = Echar una moneda y empezar
command-help = Las reglas del juego
command-settings = Idioma, luz y archivos, a tu manera
command-privacy = Qué recuerdo y durante cuánto tiempo
command-forget = Borrar lo que recuerdo de ti
command-about = Quién está detrás del farol
command-support = Llamar a una persona
command-neon = Luz de neón para la imagen a la que respondes
command-x2 = La imagen a la que respondes, el doble de grande
command-x3 = La imagen a la que respondes, el triple de grande
command-x4 = La imagen a la que respondes, cuatro veces más grande

## Comandos

greeting =
    ¡Te damos la bienvenida a Neon City, { $name }! 🌃

    Las farolas están apagadas: tú pones las fotos y yo pongo la luz. Pulsa START y que empiece la partida.
greeting-again = Las luces ya están encendidas 🌃 Envíame una foto o usa la mía.
link-kept = 🔗 ¿{ $effect }? ¡Trato hecho! La primera imagen que envíes en la próxima hora lo recibe al momento, sin botones 📸
button-start = 🚀 START
button-try = ☕ Probar con este café
try-accepted = ¡Marchando un café!
try-caption = ☕ Una muestra gratis, por si no tienes una foto a mano.
nameless = gamer
start-accepted = ¡Primer nivel cargado!
what-i-can =
    Tienes dos superpoderes:

    👽 Neón: tu foto bañada en luz ciberpunk. La lámpara que quieras, de suave a máxima.
    👾 Ampliar: la misma imagen dos, tres o cuatro veces más grande, con los detalles dibujados.

    Te toca: envíame cualquier foto 📸
help =
    Cómo se juega:

    1. Envía una foto. También vale como archivo: así Telegram no la comprime (JPEG, PNG, WebP, HEIC y más, hasta 20 MB).
    2. Pulsa un botón: 👽 Neón, 💡 Luces para elegir lámpara a ojo, o 👾 ×2, ×3 o ×4.
    3. Mira cómo se llena la barra y recoge tu botín.

    El neón vuelve tal como llegó: una foto como foto, un archivo como archivo. Las imágenes ampliadas llegan siempre como archivo, para no perder ni un píxel.

    Cada resultado trae sus botones: otra luz, más suave, más fuerte, más grande, antes y después. Responde a tu foto con una imagen cuya luz te guste y la iluminaré igual.

    También vale con palabras: escribe «neón atardecer» o «×4» al pie de una foto o de un álbum, o como respuesta.

    No guardo fotos: solo las tiene Telegram.
about =
    🌃 Neon City es un bot con dos pequeñas redes neuronales propias.

    👽 Una posa luz de color sobre tu foto: la luz es nueva, cada contorno es tuyo. 👾 La otra dibuja los detalles que le faltan a una imagen pequeña.

    Ambas funcionan en la máquina del propio bot. Tus imágenes no van a ningún otro sitio y ninguna se guarda: /privacy. El programa es software libre, con licencia MIT.
support = ¿No pasas de nivel? Una persona te ayuda: { $contact }
unknown-command = Ese truco no funciona aquí. Los de verdad: { $commands }.

## Ajustes

settings = ⚙️ Tu panel de mandos. Lo que elijas aquí vale hasta que digas /forget.
settings-kept = ¡Hecho!
settings-language = 🌐 ¿En qué idioma hablamos?
settings-light = 💡 ¿Qué luz debe encender 👽 Neón? Con cada imagen podrás elegir otra.
settings-strength = 🎚 ¿Con qué intensidad?
settings-form = 📎 Una foto con luz nueva puede volver como foto, que Telegram comprime, o como archivo, que deja intacto. Las imágenes ampliadas son siempre archivos.
settings-metadata = 🏷 Un archivo puede decir cuándo, dónde y con qué cámara se hizo. ¿Debe decirlo también el resultado? Las fotos nunca lo dicen: Telegram lo quita.
button-settings-language = 🌐 Idioma: { $choice }
button-settings-light = 💡 Luz: { $choice }
button-settings-strength = 🎚 Intensidad: { $choice }
button-settings-form = 📎 Las fotos vuelven: { $choice }
button-settings-metadata = 🏷 Fecha, lugar, cámara: { $choice }
button-settings-back = Atrás
choice-language = { $choice ->
   *[auto] el de Telegram
}
choice-light = { $choice ->
    [auto] la que le va a la foto
    [miami] 🌴 Miami
    [sunset] 🌇 atardecer
    [tokyo] 🏮 Tokio
    [ice] 🧊 hielo
    [toxic] ☢️ tóxica
    [ember] 🔥 brasas
    [ultraviolet] 🔮 ultravioleta
    [aurora] 🌌 aurora
   *[other] { $choice }
}
choice-strength = { $choice ->
    [soft] suave
    [max] máxima
   *[neon] media
}
choice-form = { $choice ->
    [file] como archivo
   *[same] como foto
}
choice-metadata = { $choice ->
    [keep] se conservan
   *[drop] se quitan
}
forgotten = 🧽 Borrado. Tus ajustes ya no están, ni nada más de lo que tenía apuntado sobre ti. Lo demás que nombra /privacy no está a tu nombre y desaparece solo.
access-denied = Esta sala es solo para quien tiene invitación 🔒 Si sabes quién la lleva, pide que te dejen entrar con tu número: { $id }
stats = 📊 En la cola: { $waiting }. En marcha ahora mismo: { $working }.

## Qué se guarda

privacy =
    🔏 No se guarda ninguna imagen: desaparece de aquí en cuanto acaba el trabajo y solo queda en Telegram. Todo lo que se guarda es esto:

    { $stored }

    /forget borra al momento tus ajustes y lo que pedía un enlace. El resto desaparece solo.
privacy-settings = Lo que elegiste en /settings
privacy-album = Las imágenes de tu álbum, para hacerlas todas de una vez
privacy-wish = Lo que pedía el enlace que te trajo aquí
privacy-jobs = Una imagen que espera o está en marcha
privacy-dead-letters = Una imagen con la que todo falló, para quien lo repare
privacy-answered = Que ya hubo respuesta, para que no haya dos
privacy-claims = Que una pulsación, un mensaje o un saludo ya está atendido
privacy-results = Imágenes terminadas, para no hacer ninguna dos veces
privacy-counters = Cuántas imágenes has pedido
privacy-logs = El registro
datum-person = tu número en Telegram
datum-chat = el número del chat
datum-messages = números de mensajes
datum-update = el número de la pulsación o del mensaje
datum-file = los identificadores del archivo en Telegram
datum-file-name = el nombre del archivo
datum-file-name-hash = una huella del nombre del archivo
datum-effect = qué efecto
datum-choices = cómo vuelven los resultados
datum-language = tu idioma
datum-order = el puesto en la cola
datum-time = cuándo
datum-count = un número
datum-pseudonym = un seudónimo del chat
lifetime = { $until ->
    [forgotten] Hasta /forget.
    [answered] Hasta que llegue la respuesta; como mucho, { $most }.
    [newest] Las últimas { NUMBER($newest) } usadas, entre las de todo el mundo.
    [operator] Mientras guarde registros quien lleva este bot.
   *[none] Como mucho, { $most }.
}
lifetime-hours = { $number ->
    [1] una hora
   *[other] { $number } horas
}
lifetime-days = { $number ->
    [1] un día
   *[other] { $number } días
}

## Ha llegado una imagen

choose-effect = ¿Qué hacemos con esta imagen?
choose-effect-without = { $families ->
    [upscale] Ya es muy grande, así que no hay nada que ampliar. ¡Pero puede brillar!
   *[other] Ya es muy grande, pero esto sí se puede:
}
choose-effect-neon = 👽 Neón: tu foto en luz ciberpunk.
choose-effect-lights = 💡 Luces: mírala primero bajo cada lámpara y luego elige.
choose-effect-upscale = 👾 Ampliar: ¿cuánto más grande?
choose-effect-album = ¡Un álbum! Lo que pulses se lo haré a cada una de sus imágenes 🎞
button-neon = 👽 Neón
button-lights = 💡 Luces
button-upscale = 👾 { $within ->
    [0] {""}
   *[other] { NUMBER($within, useGrouping: 0) } px →{" "}
}×{ $scale }
button-cancel = ✖ Cancelar

## Debajo de un resultado

button-another-light = 🎲 Otra luz
button-light = { $number } { $emoji }
button-softer = ➖ Más suave
button-stronger = ➕ Más fuerte
button-compare = ⚖️ Comparar
button-slideshow = 🎞 Diapositivas
button-light-from-other = 👽 Mejor ilumina esta
button-light-it = 👽 Iluminarla
button-look = { $look ->
    [crisp] 🔍 Más nítida
   *[faithful] 📏 Más fiel
}
button-as-jpeg = 📦 En JPEG

## Se ha pulsado un botón

press-accepted-neon = 👽 Buscando el interruptor…
press-accepted-lights = 💡 Buscando todas las lámparas…
press-accepted-light-from = 💡 Buscando esa luz…
press-accepted-upscale = 👾 Buscando la lupa…
press-accepted-compare = ⚖️ Trazando la línea…
press-slideshow = 🎞 Aquí van las diapositivas. Si tu Telegram aún no las conoce, el otro botón hace lo mismo en una sola imagen.
press-already = ¡Alto el fuego! Ya estoy en ello 🕹
press-remembered = ¡De esta me acuerdo! Directa desde la cámara acorazada ⚡
press-cancelled = Detenido. La moneda vuelve a tu bolsillo 🪙
press-cancel-late = Ya es tarde para detenerlo: va de camino 🚀
press-cancel-others = Esa partida es de otra persona: solo ella puede detenerla ✋
press-busy = { $seconds ->
    [one] ¡Todas las máquinas están ocupadas! Prueba dentro de un segundo.
   *[other] ¡Todas las máquinas están ocupadas! Prueba dentro de { $seconds } segundos.
}
press-line-full = Ya tienes { NUMBER($own) } en la cola y no te queda más sitio. Vuelve a pulsar cuando se haya vaciado un poco 🎟
press-quota = ¡Era tu última moneda por ahora! La máquina volverá a aceptarlas en { $duration } 🪙
press-too-old = Este botón ha juntado demasiado polvo. Envía la foto otra vez y tendrás otros nuevos 🧹
press-photo-deleted = La foto ya no está en nuestro chat y yo no guardo copias. Envíala otra vez 🫥
press-not-yours = Este botón es de quien pidió la imagen. Respóndele con /neon o /x2 y los siguientes serán tuyos 🎟
press-album-forgotten = He perdido la pista de este álbum: guardo la lista solo un día. Envíalo otra vez 🎞
press-unknown = Este botón es de otra versión del juego. Envía la foto otra vez y tendrás otros nuevos.
press-model-missing = Mi red neuronal aún no ha vuelto a casa. Prueba un poco más tarde 🌙

## Cualquier cosa menos una imagen

hint-text = Leo mejor las imágenes que las palabras. Envíame una foto y la encenderé 📸
hint-sticker = ¡Buen sticker! Pero ya brilla solo. Ahora una foto, por favor 📸
hint-video = Las imágenes en movimiento son el siguiente nivel y aún está en obras. Envía un solo fotograma como foto 🎬
hint-animation = ¡Se mueve! Mis tubos de neón no le siguen el ritmo. Una foto quieta, por favor 🌀
hint-first-frame = 🌀 Si se mueve, tomo su primer fotograma.
hint-voice = ¡Qué voz! Pero veo mejor de lo que oigo. Envíame una foto 🎧
hint-other = Un objeto raro, pero no puedo usarlo. Lo mío son las fotos 📸
error-not-a-picture = Ese archivo no es una imagen, o no una que yo sepa leer. Envía una foto, o una imagen como archivo: JPEG, PNG, HEIC… 📎
error-unexpected = Algo soltó una chispa y se apagó por aquí. Prueba otra vez 🔌

## Nombres de los efectos, para listas

effect-neon = Neón
effect-lights = Neón
effect-upscale = { $within ->
    [0] {""}
   *[other] { NUMBER($within, useGrouping: 0) } px →{" "}
}×{ $scale }

## Cuánto tarda algo

duration-seconds = { $seconds ->
    [1] cosa de un segundo
   *[other] unos { $seconds } segundos
}
duration-minutes = { $minutes ->
    [1] cosa de un minuto
   *[other] unos { $minutes } minutos
}
duration-hours = { $hours ->
    [1] cosa de una hora
   *[other] unas { $hours } horas
}

### Worker

status-queued = { $effect ->
    [upscale] 👾
   *[neon] 👽
} { $others ->
    [0] { $own ->
        [0] Te toca enseguida…
        [one] Primero la que pediste antes…
       *[other] Primero las { $own } que pediste antes…
    }
    [one] Hay una persona delante{ $own ->
        [0] {""}…
       *[other] {""} y { $own } de tus imágenes…
    }
   *[other] Hay { $others } personas delante{ $own ->
        [0] {""}…
       *[other] {""} y { $own } de tus imágenes…
    }
}
status-turn-in = ⏱ Te toca en { $duration }
status-warming = { $effect ->
    [upscale] 👾
   *[neon] 👽
} El estudio se está calentando: unos segundos más…
status-working-neon =
    👽 Encendiendo el neón…
    { BAR($percent) } { NUMBER($percent, maximumFractionDigits: 0) }%
status-working-lights =
    💡 Probando todas las lámparas…
    { BAR($percent) } { NUMBER($percent, maximumFractionDigits: 0) }%
status-working-light-from =
    💡 Tomando prestada esa luz…
    { BAR($percent) } { NUMBER($percent, maximumFractionDigits: 0) }%
status-working-compare =
    ⚖️ Trazando la línea…
    { BAR($percent) } { NUMBER($percent, maximumFractionDigits: 0) }%
status-working-upscale =
    👾 Ampliando ×{ $scale }, píxel a píxel…
    { BAR($percent) } { NUMBER($percent, maximumFractionDigits: 0) }%
status-time-left = ⏱ Lista en { $duration }
status-over = ✔ Ya está hecho. Este mensaje se quedó atrás.
status-cancelled = ✖ Cancelado. Los botones de debajo de tu imagen siguen funcionando.
status-album = 🎞 Imagen { $number } de { $total }
album-missing = 🎞 Imagen { $number }: { $reason }
album-hidden = 🎞 De este álbum, Telegram solo me enseña esta imagen. Responde a las demás con /neon o /x2 y también las hago.
result-ready = Gracias por la paciencia: tu imagen ya está aquí arriba ☝️
caption-neon = 👽 { $strength ->
    [soft] Neón suave: apenas un toque de mañana.
    [max] ¡Neón al máximo! Cuidado con los ojos.
   *[neon] Neón: empieza el turno de noche.
}
caption-lights = 💡 Tu foto bajo cada lámpara. Pulsa el número que más te guste.
light-from-other = 🔄 ¿O era al revés?
caption-upscale = 👾 ×{ $scale }{ $within ->
    [0] : acércate y disfruta.
   *[other] , desde { NUMBER($within, useGrouping: 0) } px: no da tiempo a más. Acércate y disfruta.
}
caption-compare = ⚖️ A la izquierda, antes. A la derecha, después.
caption-reencoded = El archivo sin pérdidas no cabía en los 50 MB de Telegram, así que lo he apretado un poco.
error-file-gone = Ya no alcanzo esta foto: Telegram la ha guardado lejos. Envíala otra vez 🫥
error-file-too-large = ¡Qué peso pesado! Telegram solo me deja archivos de hasta 20 MB. Prueba con uno más pequeño 🏋
error-download = Tu imagen se perdió entre Telegram y yo. El archivo está bien: pulsa el botón otra vez dentro de un minuto 📡
error-unsupported-format = No hablo este formato. Mis idiomas son JPEG, PNG, WebP, HEIC, AVIF, TIFF, BMP y GIF 🗣
error-broken-file = Este archivo está hecho un rompecabezas: no consigo ver ninguna imagen. Prueba con otra copia 🧩
error-too-many-pixels = { $width } × { $height } es demasiado para mí: seguiría con ello al amanecer. Envía una versión más pequeña 🐘
error-would-not-finish = { $lacking ->
    [pixels] Saldría de { $width } × { $height }: más de lo que puedo entregar.
    [memory] Eso no me cabe en la memoria.
   *[time] Eso me llevaría { $duration }: más tiempo del que tengo para una imagen.
} { $instead }
instead-others = Pero esto sí puedo hacerlo: { $alternatives } 🐢
instead-smaller = Pero hasta { $width } × { $height } sí que puedo 🐢
instead-nothing = Prueba con algo mucho más pequeño 🐢
error-took-too-long = ¡Se acabó el tiempo! Esta tardó demasiado. Prueba con una imagen más pequeña o con un botón más ligero ⏳
error-internal = ¡Cortocircuito! Algo se ha roto por aquí. Pulsa el botón otra vez 🔌
error-no-rights = No me dejan enviar imágenes a este grupo. Pide a quien lo administra que me permita enviar fotos y archivos 🔒
error-telegram-away = Telegram se ha quedado sin aliento y no ha aceptado mi respuesta. Pulsa el botón otra vez dentro de unos minutos 📡
error-restarting = Estoy cambiando las pilas. Pulsa el botón otra vez dentro de un minuto 🔋

### Palabras que se escriben junto a una imagen o como comando. Cualquier forma, entre comas; se entienden
### las de todos los idiomas a la vez. Las de `words-also` pueden ir al lado y no significan nada.

words-also = por favor, porfa, haz, hazla, hazlo, pon, ponle, ponla, dale, quiero, con, en, de, del, la, el, los, las, un, una, y, a, al, lo, le, me, más, muy, algo, un poco, foto, fotos, imagen, imágenes, luz de, estilo, color, colores, veces, otra vez, ahora, puedes, que, sea
words-neon = neón, luz de neón, luces de neón, ciberpunk, ilumina, ilumínala, enciende, enciéndela, brillo, luz
words-neon-soft = suave, suavemente, más suave, tenue, sutil
words-neon-neon = normal, media, medio
words-neon-max = máximo, máxima, al máximo, fuerte, más fuerte, intenso, intensa, brillante
words-neon-miami = miami
words-neon-sunset = atardecer, puesta de sol, ocaso
words-neon-tokyo = tokio
words-neon-ice = hielo, helado, helada
words-neon-toxic = tóxico, tóxica, ácido, veneno
words-neon-ember = brasa, brasas, ascuas, fuego
words-neon-ultraviolet = ultravioleta
words-neon-aurora = aurora, aurora boreal, luces del norte
words-lights = luces, todas las luces, todas las lámparas, lámparas, opciones
words-upscale = amplía, amplíala, amplíalo, ampliar, ampliada, ampliado, agranda, agrándala, grande, más grande, aumenta, aumentar
words-upscale-2 = x2, doble, el doble, dos veces, 2 veces, el doble de grande
words-upscale-3 = x3, triple, el triple, tres veces, 3 veces, el triple de grande
words-upscale-4 = x4, cuádruple, cuatro veces, 4 veces, cuatro veces más grande
words-upscale-faithful = fiel, exacta, exacto
words-upscale-crisp = nítida, nítido, más nítida, más nítido, nitidez

## Pistas sobre palabras

hint-words = Ese hechizo no está en mi libro. Estos sí: neón, suave, máximo, atardecer, miami, ×2, ×3, ×4, nítida. Mézclalos: «neón suave atardecer» o «×2 nítida» 🪄
hint-original = ¡Esta ya brilla! Para otra luz pulsa un botón debajo de ella, o responde con esas palabras a la foto original 💡
hint-which-picture = Con mucho gusto, pero ¿a qué imagen? Responde con eso a una, o escríbelo como pie de una nueva 🖼
