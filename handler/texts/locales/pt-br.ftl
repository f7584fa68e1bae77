### O que o bot diz em português do Brasil.
### Texto simples para o Telegram, sem formatação. Limites do Telegram: resposta a um botão, 200 caracteres;
### legenda, 1024; descrição, 512; descrição curta, 120.

language-name = Português (Brasil)
language-codes = pt-br, pt

## Perfil e menu do bot

name = Neon City
description =
    👽 Pinto suas fotos com luz cyberpunk. 👾 E deixo imagens pequenas duas, três ou quatro vezes maiores, com contornos nítidos.

    Envie uma foto, toque em um botão e veja a cidade acender o neon.
short-description = 👽 Suas fotos em neon cyberpunk. 👾 E imagens pequenas, grandes e nítidas.
command-start = Colocar uma ficha e começar
command-help = As regras do jogo
command-settings = Idioma, luz e arquivos do seu jeito
command-privacy = O que eu lembro e por quanto tempo
command-forget = Apagar o que eu lembro de você
command-about = Quem está por trás do poste
command-support = Chamar uma pessoa
command-neon = Luz neon na imagem que você responder
command-x2 = A imagem que você responder, duas vezes maior
command-x3 = A imagem que você responder, três vezes maior
command-x4 = A imagem que você responder, quatro vezes maior

## Comandos

greeting =
    Boas-vindas a Neon City, { $name }! 🌃

    Os postes estão apagados: você traz as fotos e eu trago a luz. Aperte START e que comece o jogo.
greeting-again = As luzes já estão acesas 🌃 Mande uma foto ou use a minha.
link-kept = 🔗 { $effect }? Fechado! A primeira imagem que você mandar na próxima hora recebe isso de imediato, sem botões 📸
button-start = 🚀 START
button-try = ☕ Testar com este café
try-accepted = Saindo um café!
try-caption = ☕ Uma amostra grátis, caso você não tenha uma foto à mão.
nameless = gamer
start-accepted = Primeira fase carregada!
what-i-can =
    Você tem dois superpoderes:

    👽 Neon: sua foto banhada em luz cyberpunk. A lâmpada que quiser, da suave à máxima.
    👾 Ampliar: a mesma imagem duas, três ou quatro vezes maior, com os detalhes desenhados.

    Sua vez: mande qualquer foto 📸
help =
    Como se joga:

    1. Mande uma foto. Como arquivo também vale: assim o Telegram não comprime (JPEG, PNG, WebP, HEIC e outros, até 20 MB).
    2. Toque em um botão: 👽 Neon, 💡 Luzes para escolher a lâmpada no olho, ou 👾 ×2, ×3 ou ×4.
    3. Veja a barra encher e pegue seu prêmio.

    O neon volta como veio: foto como foto, arquivo como arquivo. Imagens ampliadas sempre chegam como arquivo, para não perder nem um pixel.

    Cada resultado traz seus botões: outra luz, mais suave, mais forte, maior, antes e depois. Responda à sua foto com uma imagem cuja luz você curte, e eu ilumino igual.

    Também vale com palavras: escreva “neon pôr do sol” ou “×4” na legenda de uma foto ou de um álbum, ou como resposta.

    Não guardo fotos: só o Telegram as tem.
about =
    🌃 Neon City é um bot com duas pequenas redes neurais próprias.

    👽 Uma coloca luz colorida sobre a sua foto: a luz é nova, cada contorno é seu. 👾 A outra desenha os detalhes que faltam a uma imagem pequena.

    As duas rodam na máquina do próprio bot. Suas imagens não vão para nenhum outro lugar e nenhuma fica guardada: /privacy. O programa é software livre, sob a licença MIT.
support = Travou em uma fase? Uma pessoa ajuda você: { $contact }
unknown-command = Esse código secreto não funciona aqui. Os de verdade: { $commands }.

## Configurações

settings = ⚙️ Seu painel de controle. O que você escolher aqui vale até você dizer /forget.
settings-kept = Anotado!
settings-language = 🌐 Em que idioma a gente conversa?
settings-light = 💡 Que luz o 👽 Neon deve acender? Em cada imagem ainda dá para escolher outra.
settings-strength = 🎚 Com que intensidade?
settings-form = 📎 Uma foto com luz nova pode voltar como foto, que o Telegram comprime, ou como arquivo, em que ele não mexe. Imagens ampliadas são sempre arquivos.
settings-metadata = 🏷 Um arquivo pode dizer quando, onde e com que câmera foi feito. O resultado também deve dizer? Fotos nunca dizem: o Telegram tira isso.
button-settings-language = 🌐 Idioma: { $choice }
button-settings-light = 💡 Luz: { $choice }
button-settings-strength = 🎚 Intensidade: { $choice }
button-settings-form = 📎 Fotos voltam: { $choice }
button-settings-metadata = 🏷 Data, lugar, câmera: { $choice }
button-settings-back = Voltar
choice-language = { $choice ->
   *[auto] o do Telegram
}
choice-light = { $choice ->
    [auto] a que combina com a foto
    [miami] 🌴 Miami
    [sunset] 🌇 pôr do sol
    [tokyo] 🏮 Tóquio
    [ice] 🧊 gelo
    [toxic] ☢️ tóxica
    [ember] 🔥 brasa
    [ultraviolet] 🔮 ultravioleta
    [aurora] 🌌 aurora
   *[other] { $choice }
}
choice-strength = { $choice ->
    [soft] suave
    [max] máxima
   *[neon] média
}
choice-form = { $choice ->
    [file] como arquivo
   *[same] como foto
}
choice-metadata = { $choice ->
    [keep] ficam nos arquivos
   *[drop] são retirados
}
forgotten = 🧽 Apagado. Suas configurações se foram, e tudo o mais que eu tinha anotado sobre você também. O resto que /privacy cita não está no seu nome e some sozinho.
access-denied = Este fliperama é só para quem tem convite 🔒 Se você sabe quem cuida dele, peça para entrar com o seu número: { $id }
stats = 📊 Na fila: { $waiting }. Em andamento agora: { $working }.

## O que fica guardado

privacy =
    🔏 Nenhuma imagem fica guardada: ela some daqui assim que o trabalho acaba, e só o Telegram a tem. Tudo o que fica guardado é isto:

    { $stored }

    /forget apaga na hora suas configurações e o que um link pediu. O resto some sozinho.
privacy-settings = O que você escolheu em /settings
privacy-album = As imagens do seu álbum, para fazer todas de uma vez
privacy-wish = O que pediu o link que trouxe você aqui
privacy-jobs = Uma imagem que espera ou está em andamento
privacy-dead-letters = Uma imagem em que tudo deu errado, para quem for consertar
privacy-answered = Que já houve resposta, para não haver duas
privacy-claims = Que um toque, uma mensagem ou uma saudação já foi atendida
privacy-results = Imagens prontas, para não fazer nenhuma duas vezes
privacy-counters = Quantas imagens você pediu
privacy-logs = O registro
datum-person = seu número no Telegram
datum-chat = o número do chat
datum-messages = números de mensagens
datum-update = o número do toque ou da mensagem
datum-file = os identificadores do arquivo no Telegram
datum-file-name = o nome do arquivo
datum-file-name-hash = uma impressão digital do nome do arquivo
datum-effect = qual efeito
datum-choices = como os resultados voltam
datum-language = seu idioma
datum-order = o lugar na fila
datum-time = quando
datum-count = um número
datum-pseudonym = um pseudônimo do chat
lifetime = { $until ->
    [forgotten] Até /forget.
    [answered] Até a resposta chegar; no máximo, { $most }.
    [newest] As últimas { NUMBER($newest) } usadas, somando as de todo mundo.
    [operator] Enquanto quem cuida deste bot guardar registros.
   *[none] No máximo, { $most }.
}
lifetime-hours = { $number ->
    [1] uma hora
   *[other] { $number } horas
}
lifetime-days = { $number ->
    [1] um dia
   *[other] { $number } dias
}

## Chegou uma imagem

choose-effect = O que fazemos com esta imagem?
choose-effect-without = { $families ->
    [upscale] Ela já é enorme, então não há o que ampliar. Mas pode brilhar!
   *[other] Ela já é enorme, mas isto ainda dá:
}
choose-effect-neon = 👽 Neon: sua foto em luz cyberpunk.
choose-effect-lights = 💡 Luzes: veja a foto sob cada lâmpada e depois escolha.
choose-effect-upscale = 👾 Ampliar: quantas vezes maior?
choose-effect-album = Um álbum! O que você apertar, eu faço com cada imagem dele 🎞
button-neon = 👽 Neon
button-lights = 💡 Luzes
button-upscale = 👾 { $within ->
    [0] {""}
   *[other] { NUMBER($within, useGrouping: 0) } px →{" "}
}×{ $scale }
button-cancel = ✖ Cancelar

## Embaixo de um resultado

button-another-light = 🎲 Outra luz
button-light = { $number } { $emoji }
button-softer = ➖ Mais suave
button-stronger = ➕ Mais forte
button-compare = ⚖️ Comparar
button-slideshow = 🎞 Slides
button-light-from-other = 👽 Melhor iluminar esta
button-light-it = 👽 Iluminar
button-look = { $look ->
    [crisp] 🔍 Mais nítida
   *[faithful] 📏 Mais fiel
}
button-as-jpeg = 📦 Em JPEG

## Um botão foi tocado

press-accepted-neon = 👽 Indo até o interruptor…
press-accepted-lights = 💡 Indo buscar todas as lâmpadas…
press-accepted-light-from = 💡 Indo buscar essa luz…
press-accepted-upscale = 👾 Indo buscar a lupa…
press-accepted-compare = ⚖️ Traçando a linha…
press-slideshow = 🎞 Aí vão os slides. Se o seu Telegram ainda não os conhece, o outro botão faz o mesmo em uma imagem só.
press-already = Cessar fogo! Já estou cuidando disso 🕹
press-remembered = Desta eu lembro! Direto do cofre ⚡
press-cancelled = Parado. Sua ficha voltou para o bolso 🪙
press-cancel-late = Tarde demais para parar: já está a caminho 🚀
press-cancel-others = Essa partida é de outra pessoa: só ela pode parar ✋
press-busy = { $seconds ->
    [one] Todas as máquinas estão ocupadas! Tente de novo em um segundo.
   *[other] Todas as máquinas estão ocupadas! Tente de novo em { $seconds } segundos.
}
press-line-full = Você já tem { NUMBER($own) } na fila e não há mais lugar. Toque de novo quando ela andar um pouco 🎟
press-quota = Essa foi sua última ficha por enquanto! A máquina volta a aceitar em { $duration } 🪙
press-too-old = Este botão juntou poeira demais. Mande a foto de novo e ganhe botões novos 🧹
press-photo-deleted = A foto sumiu do nosso chat e eu não guardo cópias. Mande de novo 🫥
press-not-yours = Este botão é de quem pediu a imagem. Responda a ela com /neon ou /x2, e os próximos serão seus 🎟
press-album-forgotten = Perdi este álbum de vista: guardo a lista só por um dia. Mande de novo 🎞
press-unknown = Este botão é de outra versão do jogo. Mande a foto de novo e ganhe botões novos.
press-model-missing = Minha rede neural ainda não voltou para casa. Tente um pouco mais tarde 🌙

## Qualquer coisa, menos uma imagem

hint-text = Leio imagens melhor do que palavras. Mande uma foto e eu acendo a luz 📸
hint-sticker = Belo sticker! Mas ele já brilha sozinho. Agora uma foto, por favor 📸
hint-video = Imagens em movimento são a próxima fase, e ela ainda está em obras. Mande um quadro só, como foto 🎬
hint-animation = Ela se mexe! Meus tubos de neon não acompanham. Uma foto parada, por favor 🌀
hint-first-frame = 🌀 Se ela se mexer, uso o primeiro quadro.
hint-voice = Que voz! Mas enxergo melhor do que ouço. Mande uma foto 🎧
hint-other = Um item raro, mas não sei usar. Eu trabalho com fotos 📸
error-not-a-picture = Esse arquivo não é uma imagem, ou não é uma que eu saiba ler. Mande uma foto, ou uma imagem como arquivo: JPEG, PNG, HEIC… 📎
error-unexpected = Alguma coisa deu faísca e apagou por aqui. Tente de novo 🔌

## Nomes dos efeitos, para listas

effect-neon = Neon
effect-lights = Neon
effect-upscale = { $within ->
    [0] {""}
   *[other] { NUMBER($within, useGrouping: 0) } px →{" "}
}×{ $scale }

## Quanto tempo leva

duration-seconds = { $seconds ->
    [1] cerca de um segundo
   *[other] uns { $seconds } segundos
}
duration-minutes = { $minutes ->
    [1] cerca de um minuto
   *[other] uns { $minutes } minutos
}
duration-hours = { $hours ->
    [1] cerca de uma hora
   *[other] umas { $hours } horas
}

### Worker

status-queued = { $effect ->
    [upscale] 👾
   *[neon] 👽
} { $others ->
    [0] { $own ->
        [0] Sua vez é a próxima…
        [one] Antes, a que você pediu primeiro…
       *[other] Antes, as { $own } que você pediu primeiro…
    }
    [one] Tem uma pessoa na frente{ $own ->
        [0] {""}…
       *[other] {""} e { $own } das suas imagens…
    }
   *[other] Tem { $others } pessoas na frente{ $own ->
        [0] {""}…
       *[other] {""} e { $own } das suas imagens…
    }
}
status-turn-in = ⏱ Sua vez em { $duration }
status-warming = { $effect ->
    [upscale] 👾
   *[neon] 👽
} O estúdio está esquentando: só mais alguns segundos…
status-working-neon =
    👽 Acendendo o neon…
    { BAR($percent) } { NUMBER($percent, maximumFractionDigits: 0) }%
status-working-lights =
    💡 Testando todas as lâmpadas…
    { BAR($percent) } { NUMBER($percent, maximumFractionDigits: 0) }%
status-working-light-from =
    💡 Pegando essa luz emprestada…
    { BAR($percent) } { NUMBER($percent, maximumFractionDigits: 0) }%
status-working-compare =
    ⚖️ Traçando a linha…
    { BAR($percent) } { NUMBER($percent, maximumFractionDigits: 0) }%
status-working-upscale =
    👾 Ampliando ×{ $scale }, pixel por pixel…
    { BAR($percent) } { NUMBER($percent, maximumFractionDigits: 0) }%
status-time-left = ⏱ Pronta em { $duration }
status-over = ✔ Já está pronto. Esta mensagem ficou para trás.
status-cancelled = ✖ Cancelado. Os botões embaixo da sua imagem continuam funcionando.
status-album = 🎞 Imagem { $number } de { $total }
album-missing = 🎞 Imagem { $number }: { $reason }
album-hidden = 🎞 Deste álbum, o Telegram só me mostra esta imagem. Responda às outras com /neon ou /x2, e eu faço também.
result-ready = Valeu pela paciência: sua imagem chegou, logo acima ☝️
caption-neon = 👽 { $strength ->
    [soft] Neon suave: só um toque de amanhã.
    [max] Neon no máximo! Cuidado com os olhos.
   *[neon] Neon: começou o turno da noite.
}
caption-lights = 💡 Sua foto sob cada lâmpada. Toque no número que preferir.
light-from-other = 🔄 Ou era o contrário?
caption-upscale = 👾 ×{ $scale }{ $within ->
    [0] : dê zoom e aproveite.
   *[other] , a partir de { NUMBER($within, useGrouping: 0) } px: não dá tempo para mais. Dê zoom e aproveite.
}
caption-compare = ⚖️ À esquerda, antes. À direita, depois.
caption-reencoded = O arquivo sem perdas passou dos 50 MB do Telegram, então apertei um pouco.
error-file-gone = Não consigo mais alcançar esta foto: o Telegram a guardou longe. Mande de novo 🫥
error-file-too-large = Que peso pesado! O Telegram só me entrega arquivos de até 20 MB. Tente um menor 🏋
error-download = Sua imagem se perdeu no caminho do Telegram até mim. O arquivo está bem: toque no botão de novo em um minuto 📡
error-unsupported-format = Não falo este formato. Meus idiomas são JPEG, PNG, WebP, HEIC, AVIF, TIFF, BMP e GIF 🗣
error-broken-file = Este arquivo virou um quebra-cabeça: não consigo ver imagem nenhuma. Tente outra cópia 🧩
error-too-many-pixels = { $width } × { $height } é demais para mim: eu ainda estaria nisso ao amanhecer. Mande uma versão menor 🐘
error-would-not-finish = { $lacking ->
    [pixels] Ficaria com { $width } × { $height }: mais do que consigo entregar.
    [memory] Isso não cabe na minha memória.
   *[time] Isso me tomaria { $duration }: mais tempo do que tenho para uma imagem.
} { $instead }
instead-others = Mas isto eu consigo: { $alternatives } 🐢
instead-smaller = Mas até { $width } × { $height } eu consigo 🐢
instead-nothing = Tente algo bem menor 🐢
error-took-too-long = O tempo acabou! Esta demorou demais. Tente uma imagem menor ou um botão mais leve ⏳
error-internal = Curto-circuito! Alguma coisa quebrou por aqui. Toque no botão de novo 🔌
error-no-rights = Não posso mandar imagens neste grupo. Peça a quem administra para me deixar mandar fotos e arquivos 🔒
error-telegram-away = O Telegram ficou sem fôlego e não aceitou minha resposta. Toque no botão de novo em alguns minutos 📡
error-restarting = Estou trocando as pilhas. Toque no botão de novo em um minuto 🔋

### Palavras que as pessoas escrevem junto de uma imagem ou como comando. Qualquer forma, entre vírgulas;
### as de todos os idiomas são entendidas ao mesmo tempo. As de `words-also` podem vir junto e não dizem nada.

words-also = por favor, pfv, faz, faça, deixa, deixe, coloca, coloque, bota, quero, com, em, de, do, da, o, os, as, um, uma, e, no, na, para, pra, mais, muito, um pouco, pouco, foto, fotos, imagem, imagens, estilo, cor, cores, vezes, de novo, agora, pode, luz de
words-neon = neon, luz neon, luzes neon, luz de neon, cyberpunk, ilumina, ilumine, acende, acenda, brilho, luz
words-neon-soft = suave, suavemente, mais suave, sutil, fraco, fraca
words-neon-neon = normal, médio, média
words-neon-max = máximo, máxima, no máximo, forte, mais forte, intenso, intensa, brilhante
words-neon-miami = miami
words-neon-sunset = pôr do sol, por do sol, entardecer
words-neon-tokyo = tóquio
words-neon-ice = gelo, gelado, gelada
words-neon-toxic = tóxico, tóxica, ácido, veneno
words-neon-ember = brasa, brasas, fogo
words-neon-ultraviolet = ultravioleta
words-neon-aurora = aurora, aurora boreal
words-lights = luzes, todas as luzes, todas as lâmpadas, lâmpadas, opções
words-upscale = amplia, amplie, ampliar, ampliada, ampliado, aumenta, aumente, aumentar, grande, maior
words-upscale-2 = x2, dobro, o dobro, duas vezes, 2 vezes, duas vezes maior
words-upscale-3 = x3, triplo, o triplo, três vezes, 3 vezes, três vezes maior
words-upscale-4 = x4, quádruplo, quatro vezes, 4 vezes, quatro vezes maior
words-upscale-faithful = fiel, exata, exato
words-upscale-crisp = nítida, nítido, mais nítida, mais nítido, nitidez

## Dicas sobre palavras

hint-words = Esse feitiço não está no meu livro. Estes estão: neon, suave, máximo, pôr do sol, miami, ×2, ×3, ×4, nítida. Misture, como “neon suave pôr do sol” ou “×2 nítida” 🪄
hint-original = Esta já está brilhando! Para outra luz, aperte um botão embaixo dela, ou responda com essas palavras à foto original 💡
hint-which-picture = Com prazer, mas em qual imagem? Responda a uma com isso, ou escreva como legenda de uma nova 🖼
