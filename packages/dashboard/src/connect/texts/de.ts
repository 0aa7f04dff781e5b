import type { ConnectTexts } from '../connect-texts.ts';

export const de: ConnectTexts = {
  direction: 'ltr',

  'app.unnamed': 'Eine App',
  'back.named': 'zurück zu {name}',
  'back.unnamed': 'zurück zur App',

  'start.title': '{toolkit} verbinden',
  'start.titleAgain': '{toolkit} erneut verbinden',
  'start.user': 'Verbindung für',
  'start.account': 'Konto',
  'start.host': 'Sie melden sich an bei',
  'start.return': 'Danach zurück zu',
  'start.expires': 'Dieser Link funktioniert einmal und noch {time}.',
  'start.expired': 'Dieser Link ist abgelaufen. Gehen Sie {back} und beginnen Sie neu: Sie erhalten einen neuen Link.',

  'form.intro':
    '{app} möchte {toolkit} in Ihrem Namen nutzen. Um das zu erlauben, geben Sie ein, was Sie von {toolkit} erhalten haben.',
  'form.introEmpty':
    '{app} möchte {toolkit} in Ihrem Namen nutzen. Es ist nichts auszufüllen: Erlauben Sie es, oder schließen Sie diese Seite.',
  'form.submit': 'Verbinden',
  'form.submitting': 'Wird verbunden …',
  'form.kept':
    'Ihre Eingaben werden verschlüsselt gespeichert, nur für Aufrufe von {toolkit} in Ihrem Namen verwendet und nie wieder angezeigt.',

  'signIn.intro':
    '{app} möchte {toolkit} in Ihrem Namen nutzen. Sie melden sich bei {toolkit} an und entscheiden dort, was erlaubt ist.',
  'signIn.scopes': 'Darum wird gebeten',
  'signIn.moreScopes': '{count} weitere',
  'signIn.noScopes': '{toolkit} zeigt Ihnen, was Sie erlauben, bevor Sie es erlauben.',
  'signIn.submit': 'Weiter zu {toolkit}',
  'signIn.submitting': 'Weiter zu {toolkit} …',
  'signIn.kept':
    'Ihr Passwort bleibt zwischen Ihnen und {toolkit}. Der Zugang, den Sie gewähren, wird verschlüsselt gespeichert.',

  'scope.openid': 'Wissen, welches Konto Ihres ist',
  'scope.email': 'Ihre E-Mail-Adresse sehen',
  'scope.profile': 'Ihren Namen und Ihr Profil sehen',
  'scope.offline_access': 'Verbunden bleiben, während Sie weg sind',

  'field.optional': 'optional',
  'field.show': 'Anzeigen',
  'field.hide': 'Verbergen',
  'field.showLabel': '{field} anzeigen',
  'field.file': 'Datei auswählen',
  'field.help': 'Wo Sie das finden',
  'field.newTab': 'öffnet einen neuen Tab',
  'field.api_key': 'API-Schlüssel',
  'field.token': 'Zugriffstoken',
  'field.username': 'Benutzername',
  'field.password': 'Passwort',
  'field.client_id': 'Client-ID',
  'field.client_secret': 'Client-Geheimnis',
  'field.key': 'Schlüsseldatei (JSON)',
  'field.subject': 'Im Namen dieser Person (E-Mail)',

  'mistake.title': 'Bitte sehen Sie noch einmal nach',
  'mistake.retype': 'Geheimnisse werden zwischen Versuchen nicht aufbewahrt: Bitte geben Sie sie erneut ein.',
  'mistake.page': 'Noch nicht verbunden',
  'mistake.required': 'Diese Angabe fehlt.',
  'mistake.one_required': 'Diese Angabe oder das Passwort fehlt.',
  'mistake.too_long': 'Das ist zu lang, um richtig zu sein. Kopieren Sie es noch einmal, ohne etwas davor oder danach.',
  'mistake.forbidden_characters':
    'Ein Zeilenumbruch ist darin oder ein Zeichen, das nicht gesendet werden kann. Kopieren Sie es noch einmal, ohne etwas davor oder danach.',
  'mistake.colon': 'Es darf kein Doppelpunkt darin sein.',
  'mistake.no_key_file':
    'Das ist nicht die Schlüsseldatei eines Dienstkontos. Fügen Sie die ganze JSON-Datei ein, samt Klammern.',
  'mistake.not_accepted': '{toolkit} hat es nicht akzeptiert. Prüfen Sie, ob es vollständig und noch gültig ist.',
  'mistake.other_account': 'Das ist ein anderes Konto als das, das Sie erneut verbinden.',
  'mistake.unknown_field':
    'Ein Feld ist zu viel. Laden Sie die Seite neu, und füllen Sie das Formular noch einmal aus.',

  'done.title': '{toolkit} ist verbunden',
  'done.titleUnnamed': 'Ihr Konto ist verbunden',
  'done.account': 'Verbunden als',
  'done.text': 'Sie können diese Seite schließen und {back} gehen.',
  'done.close': 'Diese Seite schließen',

  'failed.title': '{toolkit} ist nicht verbunden',
  'failed.details': 'Einzelheiten',
  'failed.number': 'Nummer zum Weitergeben',
  'failed.startAgain': 'Gehen Sie {back} und beginnen Sie neu: Sie erhalten einen neuen Link.',
  'failed.tryAgain': 'Noch einmal versuchen',
  'failed.denied': 'Der Zugang wurde bei {toolkit} nicht gewährt.',
  'failed.denied.fix':
    'Wenn Sie doch verbinden möchten, gehen Sie {back} und beginnen Sie neu: Sie erhalten einen neuen Link.',
  'failed.other_browser': 'Sie haben in einem Browser begonnen und sind in einem anderen zurückgekommen.',
  'failed.other_browser.fix':
    'Gehen Sie {back}, beginnen Sie neu, und bleiben Sie in einem Browser: Sie erhalten einen neuen Link.',
  'failed.issuer_mismatch':
    'Ein anderer Dienst hat geantwortet als der, der gefragt wurde. Zum Schutz Ihres Kontos wurde die Antwort nicht verwendet.',
  'failed.issuer_mismatch.fix':
    'Sagen Sie den Betreibern der App Bescheid. Gehen Sie danach {back} und beginnen Sie neu: Sie erhalten einen neuen Link.',
  'failed.refused': '{toolkit} hat die Anmeldung nicht akzeptiert.',
  'failed.refused.fix':
    'Gehen Sie {back} und beginnen Sie neu. Wenn es dabei bleibt, sagen Sie den Betreibern der App Bescheid.',
  'failed.invalid_response': '{toolkit} hat etwas Unverständliches geantwortet.',
  'failed.invalid_response.fix':
    'Gehen Sie {back} und beginnen Sie neu. Wenn es dabei bleibt, sagen Sie den Betreibern der App Bescheid.',
  'failed.unavailable': '{toolkit} antwortet gerade nicht.',
  'failed.unavailable.fix':
    'Warten Sie einen Moment, gehen Sie dann {back} und beginnen Sie neu: Sie erhalten einen neuen Link.',
  'failed.misconfigured': 'Die App ist für {toolkit} nicht richtig eingerichtet.',
  'failed.misconfigured.fix': 'Sie können daran nichts ändern: Bitte sagen Sie den Betreibern der App Bescheid.',
  'failed.other_account': 'Sie haben sich mit einem anderen Konto angemeldet als dem, das Sie erneut verbinden.',
  'failed.other_account.fix':
    'Melden Sie sich bei {toolkit} ab, oder wählen Sie dort das richtige Konto. Gehen Sie {back} und beginnen Sie neu: Sie erhalten einen neuen Link.',

  'expired.title': 'Dieser Link ist abgelaufen',
  'expired.text':
    'Links gelten zehn Minuten, damit niemand sie später findet und benutzt. Es wurde nichts gespeichert.',
  'used.title': 'Dieser Link wurde schon benutzt',
  'used.text':
    'Er funktioniert nur einmal und gilt nicht mehr. Wenn Sie Ihr Konto gerade verbunden haben, ist alles in Ordnung.',
  'used.fix':
    'Sie können diese Seite schließen. Um ein anderes Konto zu verbinden, gehen Sie {back} und beginnen Sie dort: Sie erhalten einen neuen Link.',
  'unknown.title': 'Dieser Link gilt nicht mehr',
  'unknown.text': 'Er ist unvollständig, wurde schon benutzt oder durch einen neueren ersetzt, oder er ist abgelaufen.',
  'otherBrowser.title': 'Dieser Link gehört zu einem anderen Browser',
  'otherBrowser.text': 'Er wurde zuerst woanders geöffnet und funktioniert nur dort. Es wurde nichts gespeichert.',
  'otherBrowser.fix':
    'Machen Sie in dem Browser weiter, in dem Sie ihn zuerst geöffnet haben, oder gehen Sie {back} und bitten Sie um einen neuen Link.',
  'foreignForm.title': 'Dieses Formular kam von woanders',
  'foreignForm.text': 'Vielleicht hat jemand versucht, in Ihrem Namen zu handeln. Es wurde nichts gespeichert.',
  'foreignForm.fix': 'Öffnen Sie den Link aus der App noch einmal, und füllen Sie dort das Formular aus.',
  'tooLarge.title': 'Das war zu viel',
  'tooLarge.text': 'Was Sie gesendet haben, ist größer als jeder Schlüssel. Es wurde nichts gespeichert.',
  'tooLarge.fix': 'Gehen Sie eine Seite zurück, und fügen Sie nur den Schlüssel ein.',
  'unavailable.title': 'Das geht gerade nicht',
  'unavailable.text': 'Der Dienst antwortet nicht. Es wurde nichts gespeichert, und Ihr Link gilt noch.',
  'unavailable.fix': 'Warten Sie einen Moment, und versuchen Sie es dann noch einmal.',
  'misconfigured.title': 'Die App ist nicht richtig eingerichtet',
  'misconfigured.text': 'Der Dienst lässt sie keine Anmeldung beginnen. Es wurde nichts gespeichert.',
  'misconfigured.fix': 'Sie können daran nichts ändern: Bitte nennen Sie den Betreibern der App diese Nummer.',
  'error.title': 'Das Verbinden hat nicht geklappt',
  'error.text': 'Bei uns ist etwas schiefgegangen. Es wurde nichts gespeichert.',
  'error.fix':
    'Versuchen Sie es gleich noch einmal. Wenn es dabei bleibt, nennen Sie den Betreibern der App diese Nummer.',
};
