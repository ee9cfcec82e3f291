// The description of the JSON API, read by swagger-ui from our own address; a signed-in reader may try it out.

interface Sent {
  headers: Record<string, string>;
}

declare const SwaggerUIBundle: (options: Record<string, unknown>) => void;

const place = document.querySelector<HTMLElement>("[data-api]");
if (place) {
  const csrf = place.dataset["csrf"] ?? "";
  SwaggerUIBundle({
    url: place.dataset["api"],
    domNode: place,
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    validatorUrl: null,
    requestInterceptor: (sent: Sent): Sent => {
      if (csrf) sent.headers["X-CSRF-Token"] = csrf;
      return sent;
    },
  });
}
