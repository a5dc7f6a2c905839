FROM node:22-bookworm-slim
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts
COPY . .
RUN npx vite build --logLevel warn
USER node
ENTRYPOINT ["node", "--import", "tsx", "main.ts"]
